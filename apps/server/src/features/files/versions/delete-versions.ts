import { audit } from "../../../platform/audit/audit.ts";
import type { Tx } from "../../../platform/database/database.ts";
import type { Origin } from "../../../platform/http/principal.ts";
import { notFound, ProblemError } from "../../../platform/http/problem.ts";
import { accessFile } from "../../access/index.ts";
import { dropContents } from "../../content/index.ts";
import type { FilesDeps } from "../files.deps.ts";
import { folderChanged } from "../files.events.ts";
import { removeVersions } from "./delete-versions.queries.ts";
import { lockFile } from "./versions.queries.ts";

/** What one request deletes at most. */
const atOnce = 10_000;

export interface RemovedVersions {
  deleted: number;
  bytes: number;
}

/** Deletes one earlier version for good. Throws not_found, not_a_file, conflict for the current one. */
export async function deleteVersion(
  deps: FilesDeps,
  origin: Origin,
  userId: string,
  fileId: string,
  versionId: string,
): Promise<void> {
  const file = await accessFile(deps.db, userId, fileId, "delete");
  if (file.kind !== "file") throw new ProblemError("not_a_file", "A folder has no versions.");
  await deps.db.transaction(async (tx) => {
    const current = await lockFile.first(tx, file.id);
    if (!current || current.purged_at) throw notFound();
    if (current.version_id === versionId) {
      throw new ProblemError("conflict", "This is the current version. Restore another one first, or delete the file.");
    }
    const { deleted, bytes } = await remove(tx, file.id, current.space_id, [versionId]);
    if (deleted === 0) throw notFound();
    await audit(tx, origin, { action: "file.delete-version", targetId: file.id, detail: { versionId, bytes } });
  });
  folderChanged(deps.events, { spaceId: file.space_id, userId }, file.parent_id);
}

/**
 * Deletes a file's earlier versions for good; the current one stays. Throws not_found, not_a_file.
 * @returns what went; `left`: whether there are more, which another request deletes
 */
export async function deleteVersions(
  deps: FilesDeps,
  origin: Origin,
  userId: string,
  fileId: string,
): Promise<RemovedVersions & { left: boolean }> {
  const file = await accessFile(deps.db, userId, fileId, "delete");
  if (file.kind !== "file") throw new ProblemError("not_a_file", "A folder has no versions.");
  const removed = await deps.db.transaction(async (tx) => {
    const current = await lockFile.first(tx, file.id);
    if (!current || current.purged_at) throw notFound();
    const found = await remove(tx, file.id, current.space_id, null);
    if (found.deleted > 0)
      await audit(tx, origin, { action: "file.delete-versions", targetId: file.id, detail: { ...found } });
    return found;
  });
  folderChanged(deps.events, { spaceId: file.space_id, userId }, file.parent_id);
  return { ...removed, left: removed.deleted === atOnce };
}

/**
 * Removes earlier versions of a file, gives their bytes back to its space and drops contents that nothing else has. The caller holds the file's
 * lock, so that none of them is being made current.
 * @param ids null: any of them
 */
export async function remove(
  tx: Tx,
  fileId: string,
  spaceId: string,
  ids: readonly string[] | null,
): Promise<RemovedVersions> {
  const row = await removeVersions.first(tx, fileId, spaceId, ids, atOnce);
  if (row?.contents) await dropContents(tx, row.contents);
  return { deleted: row?.deleted ?? 0, bytes: row?.bytes ?? 0 };
}
