import type pg from "pg";
import { one } from "./fill-files.ts";

/** Who sees some of `one`'s files by grants to their groups. */
export const two = "01890000-0000-7002-8000-000000000001";

const groups = 50;
const grants = 10_000;
const depth = 20;

export interface Granted {
  /** A folder of a hundred files, below so many others, of which the outermost is given to a group of `two`. */
  folderId: string;
  fileId: string;
}

/**
 * Ten thousand grants: half of them to fifty groups of `two`, half to others; ten of those on each folder of a chain, at the end of which
 * are a hundred files.
 */
export async function fillGrants(pool: pg.Pool): Promise<Granted> {
  const id = (kind: string, n: string) => `('01890000-0000-7${kind}-8000-' || lpad(to_hex(${n}), 12, '0'))::uuid`;
  const statements = [
    `insert into holdfast.groups (id, name) select ${id("601", "n")}, 'Group ' || n from generate_series(1, ${2 * groups}) n`,
    `insert into holdfast.group_members (group_id, user_id) select ${id("601", "n")}, '${two}' from generate_series(1, ${groups}) n`,
    `insert into holdfast.files (id, space_id, parent_id, name, kind)
     select ${id("602", "n")}, '${one}', case n when 1 then '${one}'::uuid else ${id("602", "n - 1")} end, 'Deep ' || n, 'folder'
     from generate_series(1, ${depth}) n`,
    `insert into holdfast.files (id, space_id, parent_id, name, kind, content_id, version_id)
     select ${id("603", "n")}, '${one}', ${id("602", String(depth))}, 'file ' || n, 'file', '01890000-0000-7000-8000-00000000c0de', '${one}'
     from generate_series(1, 100) n`,
    `insert into holdfast.grants (id, file_id, space_id, group_id, role)
     select holdfast.uuid7(), ${id("602", "n")}, '${one}', ${id("601", `${groups} + g`)}, 'editor'
     from generate_series(1, ${depth}) n, generate_series(1, 10) g`,
    `insert into holdfast.grants (id, file_id, space_id, group_id, role)
     values (holdfast.uuid7(), ${id("602", "1")}, '${one}', ${id("601", "7")}, 'viewer')`,
    `insert into holdfast.grants (id, file_id, space_id, group_id, role)
     select holdfast.uuid7(), f.id, '${one}', g.id, 'viewer'
     from (select id, row_number() over (order by id) as n from holdfast.files where kind = 'folder' and name like 'Folder %') f
     join (select id, row_number() over (order by id) as n from holdfast.groups) g on (f.n + g.n) % ${groups / 5} = 0
     limit ${grants - depth * 10 - 1}`,
    "vacuum analyze holdfast.grants",
    "analyze holdfast.groups, holdfast.group_members",
    "vacuum analyze holdfast.files",
  ];
  for (const statement of statements) await pool.query(statement);
  const { rows } = await pool.query<{ count: number; mine: number }>(
    `select count(*)::int as count, (count(*) filter (where grantee_id = any (holdfast.grantees_of('${two}'))))::int as mine from holdfast.grants`,
  );
  console.log(
    `${rows[0]?.count} grants, ${rows[0]?.mine} of them to ${groups} groups of who asks, ${depth} folders above the file`,
  );
  const [row] = (
    await pool.query<Granted>(`select ${id("602", String(depth))} as "folderId", ${id("603", "1")} as "fileId"`)
  ).rows;
  return row as Granted;
}
