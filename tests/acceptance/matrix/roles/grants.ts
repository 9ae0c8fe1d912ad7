import type pg from "pg";
import type { Person } from "../../../support/person.ts";

/** What somebody may want of a file, and the roles there are: said here once more, so that a change of `intents.ts` is noticed. */
export type Intent = "see" | "copy" | "add" | "change" | "restore" | "delete" | "share";
export const may = {
  uploader: ["add"],
  viewer: ["see", "copy"],
  editor: ["see", "copy", "add", "change", "restore", "delete"],
  manager: ["see", "copy", "add", "change", "restore", "delete", "share"],
} as const satisfies Record<string, readonly Intent[]>;
export type Role = keyof typeof may;
export const roles = Object.keys(may) as Role[];

export function roleMayAll(role: Role, intents: readonly Intent[]): boolean {
  return intents.every((intent) => (may[role] as readonly Intent[]).includes(intent));
}

/**
 * Gives `access_to`, and `spaces_seen` beside it, another body in this database: besides one's own space, a role counts on a folder and on all
 * that is below. Nothing else of the product changes, so that what is answered differently is decided by these functions.
 */
export async function readRolesFromGrants(pool: pg.Pool): Promise<void> {
  await pool.query(`
    create table holdfast.test_grants (principal uuid, file_id uuid, role text, primary key (principal, file_id));
    create or replace function holdfast.access_to(principal uuid, ids uuid[]) returns table (file_id uuid, space_id uuid, role text)
    language sql stable as $$
      select f.id, f.space_id, 'manager'::text from holdfast.files f where f.id = any (ids) and f.space_id = access_to.principal
      union all
      select f.id, f.space_id, g.role from holdfast.files f, holdfast.test_grants g
      where f.id = any (ids) and g.principal = access_to.principal
        and (g.file_id in (f.id, f.space_id) or g.file_id in (select up.id from holdfast.ancestors(f.id) up))
    $$;
    create or replace function holdfast.spaces_seen(principal uuid) returns table (space_id uuid) language sql stable as $$
      select s.id from holdfast.spaces s where s.id = principal
      union
      select f.space_id from holdfast.test_grants g join holdfast.files f on f.id = g.file_id where g.principal = spaces_seen.principal
    $$;`);
}

/** @param fileId a folder, or a space's root: its owner's id */
export async function giveRole(pool: pg.Pool, person: Person, fileId: string, role: Role): Promise<void> {
  await pool.query(
    `insert into holdfast.test_grants values ($1, $2, $3) on conflict (principal, file_id) do update set role = excluded.role`,
    [person.id, fileId, role],
  );
}

export async function takeRole(pool: pg.Pool, person: Person, fileId: string): Promise<void> {
  await pool.query("delete from holdfast.test_grants where principal = $1 and file_id = $2", [person.id, fileId]);
}
