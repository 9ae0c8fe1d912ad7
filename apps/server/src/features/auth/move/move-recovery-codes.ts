import type pg from "pg";
import type { TableCounts } from "./copy-table.ts";
import { hasHoldfast } from "./move-profiles.ts";

/**
 * The codes that stand in for a lost second factor. Somebody's codes are made all at once, in place of all earlier ones: the later set of the
 * two sides counts, and a code that was used on either side stays used.
 *
 * @returns null where one of the sides has no Holdfast
 */
export async function moveRecoveryCodes(from: pg.Client, to: pg.Client): Promise<TableCounts | null> {
  if (!(await hasHoldfast(from)) || !(await hasHoldfast(to))) return null;
  const { rows } = await from.query<Record<"user_id" | "code_hash" | "used_at" | "created_at", string | null>>(
    "select user_id::text, code_hash::text, used_at::text, created_at::text from holdfast.recovery_codes order by 1, 2",
  );
  const values = (["user_id", "code_hash", "used_at", "created_at"] as const).map((name) =>
    rows.map((row) => row[name]),
  );
  const later = await to.query<{ user_id: string; here: boolean }>(
    `with given as (${given}), newest as (select user_id, max(created_at) as at from given group by 1)
     select n.user_id, n.at > t.at as here from newest n
       join (select user_id, max(created_at) as at from holdfast.recovery_codes group by 1) t using (user_id)
     where n.at <> t.at`,
    values,
  );
  const usersOf = (here: boolean) => later.rows.filter((row) => row.here === here).map(({ user_id }) => user_id);
  const theirs = usersOf(false);
  await to.query("delete from holdfast.recovery_codes where user_id = any($1::uuid[])", [usersOf(true)]);
  const written = await to.query<{ inserted: boolean }>(
    `with given as (${given})
     insert into holdfast.recovery_codes as r (user_id, code_hash, used_at, created_at)
     select g.user_id, g.code_hash, g.used_at, g.created_at from given g join holdfast.users u on u.id = g.user_id
     where g.user_id <> all($5::uuid[])
     on conflict (user_id, code_hash) do update set used_at = excluded.used_at
       where r.used_at is null and excluded.used_at is not null
     returning xmax = 0 as inserted`,
    [...values, theirs],
  );
  const inserted = written.rows.filter((row) => row.inserted).length;
  const updated = written.rows.length - inserted;
  const newerThere = rows.filter(({ user_id }) => theirs.includes(user_id as string)).length;
  const unchanged = rows.length - inserted - updated - newerThere;
  return { table: "recovery codes", read: rows.length, inserted, updated, unchanged, newerThere };
}

const given = `select user_id, code_hash, used_at, created_at
  from unnest($1::uuid[], $2::bytea[], $3::timestamptz[], $4::timestamptz[]) as g (user_id, code_hash, used_at, created_at)`;

/**
 * What of Holdfast's own stays where the other side has no Holdfast, and access tokens anyway: one that was revoked on the other side would work
 * again there.
 */
export async function countOwn(from: pg.Client): Promise<{ codes: number; tokens: number }> {
  if (!(await hasHoldfast(from))) return { codes: 0, tokens: 0 };
  const { rows } = await from.query<{ codes: number; tokens: number }>(
    `select (select count(*)::int from holdfast.recovery_codes where used_at is null) as codes,
       (select count(*)::int from holdfast.access_tokens where expires_at is null or expires_at > now()) as tokens`,
  );
  return rows[0] ?? { codes: 0, tokens: 0 };
}
