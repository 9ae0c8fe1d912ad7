import type { File } from "@holdfast/contract";
import { audit } from "../../platform/audit/audit.ts";
import { keepAnswer } from "../../platform/http/idempotency/idempotency.ts";
import type { Origin } from "../../platform/http/principal.ts";
import { newId } from "../../platform/ids.ts";
import { accessFile, accessFolder } from "../access/index.ts";
import { toFile } from "./file-view.ts";
import type { FilesDeps } from "./files.deps.ts";
import { folderChanged } from "./files.events.ts";
import { copyTree, findView } from "./files.queries.ts";
import { checkName } from "./names.ts";
import { withFreeName } from "./naming.ts";
import { refuseCycle } from "./update-file.ts";
import { chargeUsage } from "./usage.ts";

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
 * original. Throws not_found, not_a_folder, invalid_name, name_taken, invalid_move, quota_exceeded, disk_full.
 */
export async function copyFile(deps: FilesDeps, origin: Origin, wanted: WantedCopy): Promise<File> {
  await deps.room.check();
  const file = await accessFile(deps.db, wanted.userId, wanted.fileId, "copy");
  const name = wanted.name === undefined ? file.name : checkName(wanted.name);
  const into = wanted.parentId === undefined ? file.parent_id : wanted.parentId;
  const folder = await accessFolder(deps.db, wanted.userId, into);
  const parentId = folder.id;
  const copy = await withFreeName(deps.db, { parentId, name, onConflict: wanted.onConflict }, (freeName) =>
    deps.db.transaction(async (tx) => {
      if (file.kind === "folder") await refuseCycle(tx, folder.spaceId, file.id, parentId);
      const id = newId();
      const sum = await copyTree.first(tx, file.id, id, parentId, freeName, wanted.userId);
      await chargeUsage(tx, folder.spaceId, sum?.bytes ?? 0);
      await audit(tx, origin, { action: "file.copy", targetId: id, detail: { from: file.id } });
      return keepAnswer(tx, toFile((await findView(tx, id))!));
    }),
  );
  folderChanged(deps.events, wanted.userId, parentId);
  return copy;
}
