import type { File } from "@holdfast/contract";
import { audit } from "../../../platform/audit/audit.ts";
import type { Origin } from "../../../platform/http/principal.ts";
import { accessFile, accessFolder } from "../../access/index.ts";
import { toFile } from "../file-view.ts";
import type { FilesDeps } from "../files.deps.ts";
import { folderChanged } from "../files.events.ts";
import { findView } from "../files.queries.ts";
import { withFreeName } from "../naming.ts";
import { isLive, restoreFile as restore } from "./trash.queries.ts";

/** Takes something out of the trash: to where it was, or to the root of its space where that folder is not there any more. */
export async function restoreFile(
  deps: FilesDeps,
  origin: Origin,
  wanted: { userId: string; fileId: string; onConflict: "fail" | "rename" },
): Promise<File> {
  const file = await accessFile(deps.db, wanted.userId, wanted.fileId, "restore");
  const place = await isLive.first(deps.db, file.parent_id);
  const parentId = place?.live
    ? (file.parent_id as string)
    : (await accessFolder(deps.db, wanted.userId, file.space_id)).id;
  const restored = await withFreeName(deps.db, { parentId, name: file.name, onConflict: wanted.onConflict }, (name) =>
    deps.db.transaction(async (tx) => {
      await restore.count(tx, file.id, parentId, name);
      await audit(tx, origin, { action: "file.restore", targetId: file.id, detail: { name } });
      return toFile((await findView(tx, file.id))!);
    }),
  );
  folderChanged(deps.events, { spaceId: file.space_id, userId: wanted.userId }, parentId, "trash");
  return restored;
}
