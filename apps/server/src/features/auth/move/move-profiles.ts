import type pg from "pg";
import type { TableCounts } from "./copy-table.ts";

interface Profile {
  id: string;
  display_name: string | null;
  quota_bytes: string | null;
}

/** Reported like a table, though only some columns of `holdfast.users` go along. */
const table = "names and quotas";

/**
 * What Holdfast itself keeps of people: how they are called, and how much they may store. Their role goes along in `app_metadata`. Only what
 * nobody has decided on the other side is filled in: a name where there is none, a quota where it is what every new account gets. So a
 * repetition changes nothing, and no decision over there is lost.
 *
 * Whom an administrator let in on this side does not wait for approval again on the other; nor does anybody of a Supabase without Holdfast,
 * which knows no approval: who moves accounts wants them moved.
 *
 * @returns null where the other side has no Holdfast yet, which has nothing to keep it in
 */
export async function moveProfiles(from: pg.Client, to: pg.Client): Promise<TableCounts | null> {
  if (!(await hasHoldfast(to))) return null;
  const known = await hasHoldfast(from);
  await letIn(from, to, known);
  const counts: TableCounts = { table, read: 0, inserted: 0, updated: 0, unchanged: 0, newerThere: 0 };
  if (!known) return counts;
  const { rows } = await from.query<Profile>(
    "select u.id, u.display_name, s.quota_bytes::text from holdfast.users u join holdfast.spaces s on s.id = u.id where u.deleted_at is null order by u.id",
  );
  const values = [rows.map(({ id }) => id), rows.map((row) => row.display_name), rows.map((row) => row.quota_bytes)];
  const changed = await to.query(
    `with given as (${given}), usual as (
       select (select (value #>> '{}')::bigint from holdfast.settings where key = 'default-quota') as bytes
     ), named as (
       update holdfast.users u set updated_at = now(), display_name = g.display_name
       from given g where u.id = g.id and u.display_name is null and g.display_name is not null returning u.id
     ), allowed as (
       update holdfast.spaces s set quota_bytes = g.quota_bytes from given g, usual
       where s.id = g.id and s.quota_bytes is not distinct from usual.bytes and g.quota_bytes is distinct from s.quota_bytes returning s.id
     )
     select id from named union select id from allowed`,
    values,
  );
  const different = await to.query<{ n: number }>(
    `with given as (${given}) select count(*)::int as n from holdfast.users u join holdfast.spaces s using (id) join given g using (id)
     where g.display_name is not null and u.display_name is distinct from g.display_name
       or s.quota_bytes is distinct from g.quota_bytes`,
    values,
  );
  counts.read = rows.length;
  counts.updated = changed.rowCount ?? 0;
  counts.newerThere = different.rows[0]?.n ?? 0;
  counts.unchanged = Math.max(0, counts.read - counts.updated - counts.newerThere);
  return counts;
}

/** How many people have something that stays behind where the other side has no Holdfast. */
export async function countProfiles(from: pg.Client): Promise<number> {
  if (!(await hasHoldfast(from))) return 0;
  const { rows } = await from.query<{ n: number }>(
    "select count(*)::int as n from holdfast.users u join holdfast.spaces s using (id) where u.deleted_at is null and (u.display_name is not null or s.quota_bytes is not null)",
  );
  return rows[0]?.n ?? 0;
}

const given = `select id, display_name, quota_bytes
  from unnest($1::uuid[], $2::text[], $3::bigint[]) as g (id, display_name, quota_bytes)`;

async function letIn(from: pg.Client, to: pg.Client, known: boolean): Promise<void> {
  const { rows } = await from.query<{ id: string }>(
    known
      ? "select id from holdfast.users where not awaiting_approval and deleted_at is null"
      : "select id from auth.users",
  );
  await to.query("update holdfast.users set awaiting_approval = false where awaiting_approval and id = any($1)", [
    rows.map(({ id }) => id),
  ]);
}

export async function hasHoldfast(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ there: boolean }>("select to_regclass('holdfast.spaces') is not null as there");
  return rows[0]?.there ?? false;
}
