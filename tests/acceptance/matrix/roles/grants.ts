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
