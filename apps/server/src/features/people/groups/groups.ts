import { type Group, type GroupMember, maxGroups } from "@holdfast/contract";
import { audit } from "../../../platform/audit/audit.ts";
import { type Database, sqlState } from "../../../platform/database/database.ts";
import { keepAnswer } from "../../../platform/http/idempotency/idempotency.ts";
import type { Origin, Principal } from "../../../platform/http/principal.ts";
import { notFound, ProblemError } from "../../../platform/http/problem.ts";
import { newId } from "../../../platform/ids.ts";
import { decodeCursor } from "../../../platform/listing/cursor.ts";
import { type Page, pageOf, rowsFor } from "../../../platform/listing/page.ts";
import { escapeLike } from "../../files/index.ts";
import { administers } from "../administers.ts";
import { toGroup, toMember } from "./group-view.ts";
import * as queries from "./groups.queries.ts";

export interface GroupFields {
  name: string;
  description: string | null;
  externalName: string | null;
}

export interface GroupQuery {
  limit: number;
  cursor?: string | undefined;
  q?: string | undefined;
}

/** Whose groups are seen; null: all. */
const seenBy = (principal: Principal): string | null => (administers(principal) ? null : principal.userId);

/** A page by name of the groups that somebody may see. @throws ProblemError invalid_cursor */
export async function listGroups(db: Database, principal: Principal, query: GroupQuery): Promise<Page<Group>> {
  const [name, id] = decodeCursor(query.cursor, ["string", "id"]) ?? [null, null];
  const pattern = query.q ? `%${escapeLike(query.q)}%` : null;
  const rows = await queries.listGroupRows.all(db, seenBy(principal), pattern, name, id, rowsFor(query));
  return pageOf(rows, query, (last) => [last.sort_key, last.id], toGroup);
}

/** @throws ProblemError not_found, also for a group that the principal is not in and does not administer */
export async function getGroup(db: Database, principal: Principal, id: string): Promise<Group> {
  const row = await queries.findGroup.first(db, id, seenBy(principal));
  if (!row) throw notFound();
  return toGroup(row);
}

/** @throws ProblemError name_taken, limit_reached */
export async function createGroup(db: Database, origin: Origin, wanted: GroupFields): Promise<Group> {
  const id = newId();
  return named(wanted, () =>
    db.transaction(async (tx) => {
      await queries.lockGroups.all(tx);
      const { count } = (await queries.countGroups.first(tx))!;
      if (count >= maxGroups)
        throw tooMany(`There are ${maxGroups} groups, and there can be no more. Delete some first.`);
      await queries.insertGroup.count(tx, id, wanted.name, wanted.description, wanted.externalName, origin.actorId);
      await audit(tx, origin, { action: "group.create", targetId: id, detail: { ...wanted } });
      return keepAnswer(tx, toGroup((await queries.findGroup.first(tx, id, null))!));
    }),
  );
}

/** @throws ProblemError not_found, name_taken */
export async function updateGroup(
  db: Database,
  origin: Origin,
  id: string,
  change: { [Field in keyof GroupFields]?: GroupFields[Field] | undefined },
): Promise<Group> {
  return named(change, () =>
    db.transaction(async (tx) => {
      const before = await queries.findGroup.first(tx, id, null);
      if (!before) throw notFound();
      const { name = before.name, description = before.description, externalName = before.external_name } = change;
      await queries.updateGroup.count(tx, id, name, description, externalName);
      await audit(tx, origin, { action: "group.update", targetId: id, detail: { name, description, externalName } });
      return toGroup((await queries.findGroup.first(tx, id, null))!);
    }),
  );
}

/** With all that was granted to it. @throws ProblemError not_found */
export async function deleteGroup(db: Database, origin: Origin, id: string): Promise<void> {
  await db.transaction(async (tx) => {
    const row = await queries.deleteGroup.first(tx, id);
    if (!row) throw notFound();
    await audit(tx, origin, { action: "group.delete", targetId: id, detail: { name: row.name } });
  });
}

/** @throws ProblemError not_found, invalid_cursor */
export async function listMembers(
  db: Database,
  principal: Principal,
  groupId: string,
  query: GroupQuery,
): Promise<Page<GroupMember>> {
  await getGroup(db, principal, groupId);
  const [email, id] = decodeCursor(query.cursor, ["string", "id"]) ?? [null, null];
  const pattern = query.q ? `%${escapeLike(query.q)}%` : null;
  const rows = await queries.listMemberRows.all(db, groupId, pattern, email, id, rowsFor(query));
  return pageOf(rows, query, (last) => [last.sort_key, last.user_id], toMember);
}

async function named<T>(
  { name, externalName }: { name?: string | undefined; externalName?: string | null | undefined },
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (sqlState(error) !== "23505") throw error;
    const outside = externalName ? ` or is mapped to "${externalName}"` : "";
    throw new ProblemError("name_taken", `There is already a group that is called "${name ?? "so"}"${outside}.`);
  }
}

export const tooMany = (detail: string) => new ProblemError("limit_reached", detail);
