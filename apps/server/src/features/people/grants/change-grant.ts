import type { FileRole, Grant } from "@holdfast/contract";
import type { Origin } from "../../../platform/http/principal.ts";
import { notFound } from "../../../platform/http/problem.ts";
import type { PeopleDeps } from "../people.deps.ts";
import { noteChange, tellPages } from "./announce.ts";
import { expiryOf } from "./expiry.ts";
import { checkRole } from "./give-grant.ts";
import { findGrant, updateGrantRow } from "./grants.queries.ts";
import { requireManager } from "./last-manager.ts";
import { grantOf } from "./list-access.ts";
import { lockGrant, lockManaged } from "./managed.ts";

export interface GrantUpdate {
  userId: string;
  grantId: string;
  role?: FileRole | undefined;
  /** undefined: stays as it is. */
  expiresAt?: string | null | undefined;
}

/** Throws not_found, forbidden, not_a_folder, invalid_expiry, last_manager, disk_full. */
export async function changeGrant(deps: PeopleDeps, origin: Origin, wanted: GrantUpdate): Promise<Grant> {
  await deps.room.check();
  const done = await deps.db.transaction(async (tx) => {
    const found = await findGrant.first(tx, wanted.grantId);
    if (!found) throw notFound();
    const { file } = await lockManaged(tx, wanted.userId, found.file_id, ["live", "trashed"]);
    const { grant, teamRoot } = await lockGrant(tx, wanted.grantId);
    const role = wanted.role ?? grant.role;
    checkRole(file, role);
    const expiresAt = wanted.expiresAt === undefined ? grant.expires_at : expiryOf(deps.clock, wanted.expiresAt);
    await updateGrantRow.count(tx, grant.id, role, expiresAt);
    if (teamRoot) await requireManager(tx, grant.space_id);
    const change = {
      ...{ kind: "grant.changed" as const, fileId: file.id, spaceId: file.space_id, role, from: grant.role, expiresAt },
      ...{ userId: grant.user_id, groupId: grant.group_id },
    };
    await noteChange(tx, origin, change);
    return { grant: await grantOf(tx, wanted.userId, file.id, grant.id), change };
  });
  tellPages(deps.events, done.change);
  return done.grant;
}
