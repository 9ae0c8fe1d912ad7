import type pg from "pg";

/** Accounts that both sides have and that were changed on one of them since. */
export interface LaterSides {
  /** Changed last on the side that is read. */
  readonly here: ReadonlySet<string>;
  /** Changed last on the side that is written. */
  readonly there: ReadonlySet<string>;
}

/** To be asked before accounts are copied, which makes both sides the same. */
export async function findLaterSides(from: pg.Client, to: pg.Client): Promise<LaterSides> {
  const sql =
    "select id, coalesce((extract(epoch from updated_at) * 1000000)::bigint, 0)::text as changed from auth.users";
  const read = async (client: pg.Client) =>
    (await client.query<{ id: string; changed: string }>(sql)).rows.map(
      ({ id, changed }) => [id, BigInt(changed)] as const,
    );
  const other = new Map(await read(to));
  const here = new Set<string>();
  const there = new Set<string>();
  for (const [id, changed] of await read(from)) {
    const changedThere = other.get(id);
    if (changedThere === undefined || changedThere === changed) continue;
    (changed > changedThere ? here : there).add(id);
  }
  return { here, there };
}

/**
 * A code that was used on the side where an account was changed last must not work on the other: what is open there and not here goes.
 * @returns how many
 */
export async function removeUsedCodes(from: pg.Client, to: pg.Client, { here }: LaterSides): Promise<number> {
  const users = [...here];
  const { rows } = await from.query<{ id: string }>(
    "select id from auth.one_time_tokens where user_id = any($1::uuid[])",
    [users],
  );
  const removed = await to.query(
    "delete from auth.one_time_tokens where user_id = any($1::uuid[]) and id <> all($2::uuid[])",
    [users, rows.map(({ id }) => id)],
  );
  return removed.rowCount ?? 0;
}
