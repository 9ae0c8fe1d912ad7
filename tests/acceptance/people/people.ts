import { randomUUID } from "node:crypto";
import type pg from "pg";
import { createGrant, type FileRole, type Grant } from "../../../packages/contract/src/index.ts";
import type { Person } from "../../support/person.ts";

export function give(owner: Person, fileId: string, to: { id: string }, role: FileRole, more = {}): Promise<Grant> {
  const body = { granteeType: "user" as const, granteeId: to.id, role, ...more };
  return owner.call(createGrant, { params: { id: fileId }, body });
}

export function giveGroup(owner: Person, fileId: string, groupId: string, role: FileRole): Promise<Grant> {
  return owner.call(createGrant, { params: { id: fileId }, body: { granteeType: "group", granteeId: groupId, role } });
}

export async function makeGroup(pool: pg.Pool, name: string, members: readonly Person[]): Promise<string> {
  const id = randomUUID();
  await pool.query("insert into holdfast.groups (id, name) values ($1, $2)", [id, name]);
  for (const member of members) await join(pool, id, member);
  return id;
}

export async function join(pool: pg.Pool, groupId: string, member: Person): Promise<void> {
  await pool.query("insert into holdfast.group_members (group_id, user_id) values ($1, $2)", [groupId, member.id]);
}

/** A team with its root folder and a manager. */
export async function makeTeam(pool: pg.Pool, name: string, manager: Person): Promise<string> {
  const id = randomUUID();
  await pool.query("insert into holdfast.spaces (id, kind, name) values ($1, 'team', $2)", [id, name]);
  await pool.query("insert into holdfast.files (id, space_id, name, kind) values ($1, $1, '', 'folder')", [id]);
  await pool.query(
    "insert into holdfast.grants (id, file_id, space_id, user_id, role) values (holdfast.uuid7(), $1, $1, $2, 'manager')",
    [id, manager.id],
  );
  return id;
}
