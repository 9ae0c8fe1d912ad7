import type { Copy, File } from "@holdfast/contract";
import { audit } from "../../../platform/audit/audit.ts";
import type { Tx } from "../../../platform/database/database.ts";
import { keepAnswer } from "../../../platform/http/idempotency/idempotency.ts";
import type { Origin } from "../../../platform/http/principal.ts";
import { newId } from "../../../platform/ids.ts";
import { accessFile, accessFolder, type FileRow, type Folder } from "../../access/index.ts";
import { toFile } from "../file-view.ts";
import type { FilesDeps } from "../files.deps.ts";
import { folderChanged } from "../files.events.ts";
import { findView } from "../files.queries.ts";
import { admitLevels, lockPlace, maxDepth, tooDeep } from "../limits/depth.ts";
import { checkName } from "../names.ts";
import { withFreeName } from "../naming.ts";
import { chargeUsage } from "../usage.ts";
import { copyTree } from "./copy.queries.ts";
import { beginCopy } from "./large-copies.ts";

export interface WantedCopy {
  userId: string;
  fileId: string;
  /** undefined: beside the original; null: into the root. */
  parentId?: string | null | undefined;
  name?: string | undefined;
  onConflict: "fail" | "rename";
}

/**
 * Copies a file, or a folder with all that is live inside. Contents are shared, so no bytes move; former versions stay with the
 * original. A folder with more in it than `copiedAtOnce` is copied by a job, and what is answered is how far that has come.
 * Throws not_found, not_a_folder, invalid_name, name_taken, invalid_move, too_deep, too_many_entries, too_many_at_once, quota_exceeded,
 * disk_full.
 */
export async function copyFile(deps: FilesDeps, origin: Origin, wanted: WantedCopy): Promise<File | Copy> {
  await deps.room.check();
  const file = await accessFile(deps.db, wanted.userId, wanted.fileId, "copy");
  const name = wanted.name === undefined ? file.name : checkName(wanted.name);
  const into = wanted.parentId === undefined ? file.parent_id : wanted.parentId;
  const folder = await accessFolder(deps.db, wanted.userId, into);
  const parentId = folder.id;
  const copy = await withFreeName(deps.db, { parentId, name, onConflict: wanted.onConflict }, (freeName) =>
    deps.db.transaction(async (tx) => {
      const id = newId();
      if (!(await copyAtOnce(deps, tx, { file, folder, id, name: freeName, userId: wanted.userId }))) {
        return keepAnswer(tx, await beginCopy(deps, tx, origin, { ...wanted, parentId, name }));
      }
      await audit(tx, origin, { action: "file.copy", targetId: id, detail: { from: file.id } });
      return keepAnswer(tx, toFile((await findView(tx, id))!));
    }),
  );
  if (!("status" in copy)) folderChanged(deps.events, { spaceId: folder.spaceId, userId: wanted.userId }, parentId);
  return copy;
}

interface Making {
  file: FileRow;
  folder: Folder;
  id: string;
  name: string;
  userId: string;
}

/** False where it has too much in it: then nothing was done. */
async function copyAtOnce(deps: FilesDeps, tx: Tx, { file, folder, id, name, userId }: Making): Promise<boolean> {
  const isFolder = file.kind === "folder";
  const place = isFolder ? await lockPlace(tx, folder.spaceId, file.id, folder.id) : null;
  const most = place === null ? 0 : maxDepth - place.depth;
  const found = await copyTree.first(tx, file.id, id, folder.id, name, userId, deps.copiedAtOnce, Math.max(0, most));
  const { entries = 0, folders = 0, levels = 0, bytes = 0, space_id: spaceId = folder.spaceId } = found ?? {};
  if (entries > deps.copiedAtOnce) return false;
  if (levels > most) throw tooDeep();
  await chargeUsage(tx, deps, spaceId, { bytes: bytes ?? 0, entries, folders, by: userId });
  if (place && place.depth + levels > place.deepest) await admitLevels(tx, folder.id, levels);
  return true;
}
