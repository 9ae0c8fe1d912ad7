import { type Space, teamGraceDays } from "@holdfast/contract";
import { audit } from "../../../platform/audit/audit.ts";
import type { Database, Tx } from "../../../platform/database/database.ts";
import type { Origin, Principal } from "../../../platform/http/principal.ts";
import { notFound, ProblemError } from "../../../platform/http/problem.ts";
import { newId } from "../../../platform/ids.ts";
import { administers } from "../administers.ts";
import { toSpace } from "./space-view.ts";
import * as queries from "./spaces.queries.ts";
import { findSpace, onlyAdministrators } from "./spaces.ts";

export interface SpaceChange {
  name?: string | undefined;
  archived?: boolean | undefined;
  quotaBytes?: number | null | undefined;
  managerId?: string | undefined;
}

/**
 * Name and archive are for managers, by the grant itself: in an archived team everybody is a viewer otherwise. Quota, and a manager for a team
 * that has none, are for administrators. @throws ProblemError not_found, forbidden, conflict
 */
export async function updateSpace(
  db: Database,
  origin: Origin,
  principal: Principal,
  id: string,
  change: SpaceChange,
): Promise<Space> {
  return db.transaction(async (tx) => {
    await queries.lockSpace.count(tx, id);
    const before = await findSpace(tx, principal, id);
    if (change.name !== undefined || change.archived !== undefined) requireManager(before);
    if (change.quotaBytes !== undefined && !administers(principal)) throw onlyAdministrators();
    if (before.deleted_at !== null) throw new ProblemError("conflict", "The team is deleted. Bring it back first.");
    if (before.archived_at !== null && change.name !== undefined && change.archived !== false) {
      throw new ProblemError("conflict", "The team is archived, and can only be read. Unarchive it first.");
    }
    if (change.managerId !== undefined) await giveManager(tx, origin, principal, before, change.managerId);
    const { name = before.name, quotaBytes = before.quota_bytes, archived = before.archived_at !== null } = change;
    await queries.updateTeam.count(tx, id, name, quotaBytes, archived);
    const { managerId: _given, ...fields } = change;
    if (Object.keys(fields).length > 0) {
      await audit(tx, origin, { action: "team.update", targetId: id, targetName: name, detail: { ...fields } });
    }
    return toSpace(await findSpace(tx, principal, id));
  });
}

async function giveManager(
  tx: Tx,
  origin: Origin,
  principal: Principal,
  space: queries.SpaceRow,
  managerId: string,
): Promise<void> {
  if (!administers(principal)) {
    throw new ProblemError("forbidden", "Managers give roles to members; this is for administrators.");
  }
  if (space.has_manager) {
    throw new ProblemError("conflict", "The team has a manager, who decides who manages it besides.");
  }
  if ((await queries.makeManager.count(tx, newId(), space.id, managerId, origin.actorId)) === 0) throw notFound();
  const detail = { name: space.name, userId: managerId };
  await audit(tx, origin, { action: "team.manager", targetId: space.id, targetName: space.name, detail });
}

/** Nobody sees it any more. @throws ProblemError not_found, forbidden, conflict where the name is not its name */
export async function deleteSpace(
  db: Database,
  origin: Origin,
  principal: Principal,
  id: string,
  name: string,
): Promise<Space> {
  return db.transaction(async (tx) => {
    await queries.lockSpace.count(tx, id);
    const space = await findSpace(tx, principal, id);
    if (!administers(principal)) requireManager(space);
    if (name.trim() !== space.name) {
      throw new ProblemError("conflict", "This is not the name of the team. Type it as it is written, to delete it.");
    }
    if ((await queries.deleteTeam.count(tx, id, origin.actorId)) > 0) {
      await audit(tx, origin, { action: "team.delete", targetId: id, targetName: space.name });
    }
    return toSpace(await findSpace(tx, principal, id));
  });
}

/** As it was. @throws ProblemError not_found, forbidden */
export async function restoreSpace(db: Database, origin: Origin, principal: Principal, id: string): Promise<Space> {
  return db.transaction(async (tx) => {
    await queries.lockSpace.count(tx, id);
    const space = await findSpace(tx, principal, id);
    if (!administers(principal)) requireManager(space);
    if (space.deleted_at !== null) {
      if ((await queries.restoreTeam.count(tx, id, teamGraceDays)) === 0) throw notFound();
      await audit(tx, origin, { action: "team.restore", targetId: id, targetName: space.name });
    }
    return toSpace(await findSpace(tx, principal, id));
  });
}

function requireManager({ role }: queries.SpaceRow): void {
  if (role === "manager") return;
  throw new ProblemError("forbidden", "Only managers of the team may do this. Ask one of them.");
}
