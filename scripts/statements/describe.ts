import type pg from "pg";

export interface Column {
  readonly name: string;
  /** PostgreSQL's name of the type, such as `timestamptz` or `uuid[]`. */
  readonly type: string;
  /** Certainly nullable: a column of a table without `not null`. What is computed may be null or not. */
  readonly nullable: boolean;
}

export interface Description {
  /** Types of `$1`, `$2` … */
  readonly parameters: readonly string[];
  readonly columns: readonly Column[];
}

interface Field {
  readonly name: string;
  readonly tableID: number;
  readonly columnID: number;
  readonly dataTypeID: number;
}

interface Connection {
  parse(query: { name: string; text: string; types: number[] }): void;
  describe(what: { type: "S"; name: string }): void;
  sync(): void;
  once(event: "parameterDescription", listener: (message: { dataTypeIDs: number[] }) => void): void;
}

/** Parses a statement without running it, and asks what it takes and gives (Parse and Describe of the frontend protocol). */
export async function describeStatement(client: pg.Client, text: string): Promise<Description> {
  const { oids, fields } = await new Promise<{ oids: number[]; fields: Field[] }>((resolve, reject) => {
    let oids: number[] = [];
    let fields: Field[] = [];
    client.query({
      submit(connection: Connection) {
        connection.once("parameterDescription", (message) => (oids = message.dataTypeIDs));
        connection.parse({ name: "", text, types: [] });
        connection.describe({ type: "S", name: "" });
        connection.sync();
      },
      handleRowDescription: (message: { fields: Field[] }) => (fields = message.fields),
      handleError: reject,
      handleReadyForQuery: () => resolve({ oids, fields }),
    } as unknown as pg.Submittable);
  });
  const types = await typeNames(client, [...oids, ...fields.map((field) => field.dataTypeID)]);
  const nullable = await nullableColumns(client, fields);
  return {
    parameters: oids.map((oid) => types.get(oid) ?? "unknown"),
    columns: fields.map((field) => ({
      name: field.name,
      type: types.get(field.dataTypeID) ?? "unknown",
      nullable: nullable.has(`${field.tableID}.${field.columnID}`),
    })),
  };
}

const known = new Map<number, string>();

async function typeNames(client: pg.Client, oids: readonly number[]): Promise<Map<number, string>> {
  const missing = oids.filter((oid) => !known.has(oid));
  if (missing.length > 0) {
    const { rows } = await client.query<{ oid: number; name: string }>(
      `select t.oid::int as oid, case when t.typelem <> 0 and t.typlen = -1 then e.typname || '[]' else t.typname end as name
       from pg_type t left join pg_type e on e.oid = t.typelem where t.oid = any($1::oid[])`,
      [missing],
    );
    for (const { oid, name } of rows) known.set(oid, name);
  }
  return known;
}

async function nullableColumns(client: pg.Client, fields: readonly Field[]): Promise<Set<string>> {
  const { rows } = await client.query<{ key: string }>(
    `select attrelid::int || '.' || attnum as key from pg_attribute a
     join unnest($1::oid[], $2::int[]) f (relation, number) on a.attrelid = f.relation and a.attnum = f.number where not a.attnotnull`,
    [fields.map((field) => field.tableID), fields.map((field) => field.columnID)],
  );
  return new Set(rows.map((row) => row.key));
}
