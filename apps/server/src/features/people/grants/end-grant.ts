import type { Origin } from "../../../platform/http/principal.ts";
import { notFound } from "../../../platform/http/problem.ts";
import type { PeopleDeps } from "../people.deps.ts";
import { noteChange, tellPages } from "./announce.ts";
import { deleteGrantRow, findGrant } from "./grants.queries.ts";
import { requireManager } from "./last-manager.ts";
import { lockGrant, lockManaged } from "./managed.ts";

/** Takes a role away. Everybody may give up what was given to them as a person. Throws not_found, forbidden, last_manager. */
export async function endGrant(deps: PeopleDeps, origin: Origin, userId: string, grantId: string): Promise<void> {
  const change = await deps.db.transaction(async (tx) => {
    const found = await findGrant.first(tx, grantId);
    if (!found) throw notFound();
    if (found.user_id !== userId) await lockManaged(tx, userId, found.file_id, ["live", "trashed"]);
    const { grant, teamRoot } = await lockGrant(tx, grantId);
    await deleteGrantRow.count(tx, grantId);
    if (teamRoot) await requireManager(tx, grant.space_id);
    const ended = {
      ...{ kind: "grant.ended" as const, fileId: grant.file_id, spaceId: grant.space_id, role: grant.role },
      ...{ userId: grant.user_id, groupId: grant.group_id },
    };
    await noteChange(tx, origin, ended);
    return ended;
  });
  tellPages(deps.events, change);
}
