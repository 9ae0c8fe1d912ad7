import type { AccessList } from "@holdfast/contract";
import { audit } from "../../../platform/audit/audit.ts";
import type { Tx } from "../../../platform/database/database.ts";
import type { Origin } from "../../../platform/http/principal.ts";
import { ProblemError } from "../../../platform/http/problem.ts";
import { newId } from "../../../platform/ids.ts";
import { type AccessRow, access } from "../../access/index.ts";
import type { PeopleDeps } from "../people.deps.ts";
import { findGrantOf, insertGrant, setInherits, updateGrantRow } from "./grants.queries.ts";
import { listAccess } from "./list-access.ts";
import { lockManaged } from "./managed.ts";

/**
 * Whether grants on folders above count in this folder. Who stops it stays a manager: one whose role came from above gets it here.
 * Throws not_found, forbidden, not_a_folder.
 */
export async function setInheritance(
  deps: PeopleDeps,
  origin: Origin,
  userId: string,
  fileId: string,
  inherits: boolean,
): Promise<AccessList> {
  const done = await deps.db.transaction(async (tx) => {
    const { file } = await lockManaged(tx, userId, fileId);
    if (file.kind !== "folder" || file.parent_id === null) {
      throw new ProblemError("not_a_folder", "Only a folder inside of others' can have access of its own.");
    }
    if ((await setInherits.count(tx, fileId, inherits)) === 0) return { file, changed: false };
    await keepManager(tx, file, userId);
    await audit(tx, origin, {
      action: "folder.inheritance",
      targetId: fileId,
      targetName: file.name,
      detail: { inherits },
    });
    return { file, changed: true };
  });
  if (done.changed) {
    deps.events.publish(done.file.space_id, { type: "grants.changed" });
    deps.events.publish(done.file.space_id, { type: "files.changed" });
  }
  return listAccess(deps.db, userId, fileId);
}

async function keepManager(tx: Tx, { id, role }: AccessRow, userId: string): Promise<void> {
  const now = (await access(tx, userId, [id])).get(id);
  if (now?.role === role) return;
  const own = await findGrantOf.first(tx, id, userId);
  if (own) await updateGrantRow.count(tx, own.id, role, null);
  else await insertGrant.count(tx, newId(), id, userId, null, role, userId, null);
}
