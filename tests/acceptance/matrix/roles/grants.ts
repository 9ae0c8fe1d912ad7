import type pg from "pg";
import type { Person } from "../../../support/person.ts";

/** What somebody may want of a file, and the roles there are: said here once more, so that a change of `intents.ts` is noticed. */
export type Intent = "see" | "list" | "copy" | "add" | "change" | "restore" | "delete" | "share";
export const may = {
  uploader: ["list", "add"],
  viewer: ["see", "list", "copy"],
  contributor: ["see", "list", "copy", "add"],
  editor: ["see", "list", "copy", "add", "change", "restore", "delete"],
  manager: ["see", "list", "copy", "add", "change", "restore", "delete", "share"],
} as const satisfies Record<string, readonly Intent[]>;
export type Role = keyof typeof may;
export const roles = Object.keys(may) as Role[];

export function roleMayAll(role: Role, intents: readonly Intent[]): boolean {
  return intents.every((intent) => (may[role] as readonly Intent[]).includes(intent));
}

/** @param fileId a folder, or a space's root: its owner's id */
export async function giveRole(pool: pg.Pool, person: Person, fileId: string, role: Role): Promise<void> {
  await takeRole(pool, person, fileId);
  await pool.query(
    `insert into holdfast.grants (id, file_id, space_id, user_id, role)
     select holdfast.uuid7(), f.id, f.space_id, $1, $3 from holdfast.files f where f.id = $2`,
    [person.id, fileId, role],
  );
}

export async function takeRole(pool: pg.Pool, person: Person, fileId: string): Promise<void> {
  await pool.query("delete from holdfast.grants where user_id = $1 and file_id = $2", [person.id, fileId]);
}

/** Whom a grant is for, and until when. */
export interface Grantee {
  userId?: string;
  groupId?: string;
  expired?: boolean;
}

export async function grantTo(pool: pg.Pool, { userId, groupId, expired }: Grantee, fileIds: string[], role: Role) {
  await pool.query(
    `insert into holdfast.grants (id, file_id, space_id, user_id, group_id, role, expires_at)
     select holdfast.uuid7(), f.id, f.space_id, $2, $3, $4, case when $5 then now() - interval '1 minute' end
     from holdfast.files f where f.id = any($1)`,
    [fileIds, userId ?? null, groupId ?? null, role, expired ?? false],
  );
}

export async function makeGroup(pool: pg.Pool, ...members: Person[]): Promise<string> {
  const { rows } = await pool.query<{ id: string }>(
    "insert into holdfast.groups (id, name) select id, id::text from (select holdfast.uuid7() as id) i returning id",
  );
  const id = rows[0]?.id as string;
  for (const { id: userId } of members)
    await pool.query("insert into holdfast.group_members (group_id, user_id) values ($1, $2)", [id, userId]);
  return id;
}

export async function leaveGroup(pool: pg.Pool, person: Person, groupId: string): Promise<void> {
  await pool.query("delete from holdfast.group_members where group_id = $1 and user_id = $2", [groupId, person.id]);
}

/** Grants on folders above count there no more. */
export async function stopInheritance(pool: pg.Pool, ...fileIds: string[]): Promise<void> {
  await pool.query("update holdfast.files set inherits = false where id = any($1)", [fileIds]);
}
