import pg from "pg";

/** One statement in the database of a product that runs elsewhere. */
export async function inDatabase(url: string, text: string, values: readonly unknown[] = []): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(text, [...values]);
  await client.end();
}
