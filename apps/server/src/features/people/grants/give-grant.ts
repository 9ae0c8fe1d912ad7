import { type FileRole, type Grant, type GranteeType, grantsPerFile } from "@holdfast/contract";
import type { Origin } from "../../../platform/http/principal.ts";
import { ProblemError } from "../../../platform/http/problem.ts";
import { newId } from "../../../platform/ids.ts";
import type { AccessRow } from "../../access/index.ts";
import type { PeopleDeps } from "../people.deps.ts";
import { type GrantChange, noteChange, tellPages } from "./announce.ts";
import { expiryOf } from "./expiry.ts";
import { countGrants, findGrantee, findGrantOf, insertGrant, updateGrantRow } from "./grants.queries.ts";
import { requireManager } from "./last-manager.ts";
import { grantOf } from "./list-access.ts";
import { lockManaged } from "./managed.ts";

export interface WantedGrant {
  userId: string;
  fileId: string;
  granteeType: GranteeType;
  granteeId: string;
  role: FileRole;
  expiresAt?: string | null | undefined;
  message?: string | undefined;
}

/**
 * Gives a person or a group a role; who has one on it gets this one instead. `made`: there was none.
 * Throws not_found, forbidden, not_shareable, not_a_folder, no_such_grantee, invalid_expiry, too_many_grants, last_manager, disk_full.
 */
export async function giveGrant(
  deps: PeopleDeps,
  origin: Origin,
  wanted: WantedGrant,
): Promise<{ grant: Grant; made: boolean }> {
  await deps.room.check();
  const { userId, fileId, granteeType, granteeId, role, message } = wanted;
  const expiresAt = expiryOf(deps.clock, wanted.expiresAt ?? null);
  const done = await deps.db.transaction(async (tx) => {
    const { file, teamRoot } = await lockManaged(tx, userId, fileId);
    checkShareable(file, granteeId, teamRoot);
    checkRole(file, role);
    const before = await findGrantOf.first(tx, fileId, granteeId);
    if (!before && !(await findGrantee.first(tx, granteeType, granteeId))) throw noSuchGrantee();
    if (!before && ((await countGrants.first(tx, fileId))?.number ?? 0) >= grantsPerFile) throw tooMany();
    const id = before?.id ?? newId();
    const change: GrantChange = {
      ...{ kind: before ? "grant.changed" : "grant.given", fileId, spaceId: file.space_id, role, expiresAt, message },
      ...{ userId: granteeType === "user" ? granteeId : null, groupId: granteeType === "group" ? granteeId : null },
      ...(before ? { from: before.role } : {}),
    };
    if (before) await updateGrantRow.count(tx, id, role, expiresAt);
    else await insertGrant.count(tx, id, fileId, change.userId, change.groupId, role, userId, expiresAt);
    if (before && teamRoot) await requireManager(tx, file.space_id);
    await noteChange(tx, origin, change);
    return { grant: await grantOf(tx, userId, fileId, id), made: !before, change };
  });
  tellPages(deps.events, done.change);
  return done;
}

function checkShareable(file: AccessRow, granteeId: string, teamRoot: boolean): void {
  if (file.parent_id === null && !teamRoot) {
    throw new ProblemError("not_shareable", "All of your files cannot be shared at once. Share a folder instead.");
  }
  if (granteeId === file.space_id) {
    throw new ProblemError("not_shareable", "This belongs to them already: its owner may do everything with it.");
  }
}

/** Only a folder can be added to. */
export function checkRole(file: Pick<AccessRow, "kind">, role: FileRole): void {
  if (file.kind === "folder" || (role !== "uploader" && role !== "contributor")) return;
  throw new ProblemError("not_a_folder", "Nothing can be added to a file. Choose another role, or share its folder.");
}

function noSuchGrantee(): ProblemError {
  return new ProblemError("no_such_grantee", "There is no such user or group. Search for them again.");
}

function tooMany(): ProblemError {
  return new ProblemError(
    "too_many_grants",
    `This is shared with ${grantsPerFile} users and groups already. Make a group of them, or remove somebody first.`,
  );
}
