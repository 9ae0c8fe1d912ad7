import { randomUUID } from "node:crypto";
import type pg from "pg";
import type { Person } from "../person.ts";

/** A team's space, as the database has it. */
export async function makeTeam(pool: pg.Pool, manager: Person | null, name: string = randomUUID()): Promise<string> {
  const { rows } = await pool.query<{ id: string }>(
    "insert into holdfast.spaces (id, kind, name) values (holdfast.uuid7(), 'team', $1) returning id",
    [name],
  );
  const id = rows[0]?.id as string;
  await pool.query(
    "insert into holdfast.files (id, space_id, parent_id, name, kind) values ($1, $1, null, '', 'folder') on conflict do nothing",
    [id],
  );
  if (manager) await grant(pool, manager, id, "manager");
  return id;
}

export async function grant(pool: pg.Pool, person: Person, fileId: string, role: string): Promise<void> {
  await pool.query(
    `insert into holdfast.grants (id, file_id, space_id, user_id, role)
     select holdfast.uuid7(), f.id, f.space_id, $1, $3 from holdfast.files f where f.id = $2
     on conflict (file_id, grantee_id) do update set role = excluded.role`,
    [person.id, fileId, role],
  );
}

/** What each of these spaces is charged, and what it holds: the same, or something was charged twice, or not at all. */
export async function chargesOf(pool: pg.Pool, ...spaceIds: string[]) {
  const { rows } = await pool.query(
    `select s.id, holdfast.used_bytes(s.id)::int as bytes, holdfast.used_entries(s.id)::int as entries, holdfast.used_folders(s.id)::int as folders,
       (select coalesce(sum(f.file_size), 0)::int from holdfast.files f where f.space_id = s.id) +
       (select coalesce(sum(v.file_size), 0)::int from holdfast.file_versions v join holdfast.files f on f.id = v.file_id where f.space_id = s.id)
         as held,
       (select count(*)::int from holdfast.files f where f.space_id = s.id and f.parent_id is not null) as rows,
       (select count(*)::int from holdfast.files f where f.space_id = s.id and f.parent_id is not null and f.kind = 'folder') as folder_rows,
       (select count(*)::int from holdfast.files f join holdfast.files p on p.id = f.parent_id where f.space_id = s.id and p.space_id <> s.id)
         as strays
     from holdfast.spaces s where s.id = any($1) order by array_position($1, s.id)`,
    [spaceIds],
  );
  return rows.map(({ bytes, entries, folders, held, rows: found, folder_rows, strays }) => ({
    charged: { bytes, entries, folders },
    holds: { bytes: held, entries: found, folders: folder_rows },
    strays,
  }));
}
