import type { File } from "@holdfast/contract";
import { sql } from "kysely";
import { audit } from "../../../platform/audit/audit.ts";
import { execute } from "../../../platform/database/database.ts";
import type { Origin } from "../../../platform/http/principal.ts";
import { accessFile } from "../../access/index.ts";
import { toFile } from "../file-view.ts";
import type { FilesDeps } from "../files.deps.ts";
import { folderChanged } from "../files.events.ts";
import { findView } from "../files.queries.ts";
import { withFreeName } from "../naming.ts";

/** Takes something out of the trash: to where it was, or to the root where that folder is not there any more. */
export async function restoreFile(
  deps: FilesDeps,
  origin: Origin,
  wanted: { userId: string; fileId: string; onConflict: "fail" | "rename" },
): Promise<File> {
  const file = await accessFile(deps.db, wanted.userId, wanted.fileId, "restore");
  const rows = await execute<{ live: boolean }>(deps.db, "select holdfast.is_live($1) as live", [file.parent_id]);
  const parentId = rows[0]?.live ? (file.parent_id as string) : wanted.userId;
  const restored = await withFreeName(deps.db, { parentId, name: file.name, onConflict: wanted.onConflict }, (name) =>
    deps.db.transaction(async (tx) => {
      await tx.kysely
        .updateTable("holdfast.files")
        .set({ trashed_at: null, parent_id: parentId, name, revision: sql`revision + 1` })
        .where("id", "=", file.id)
        .where("purged_at", "is", null)
        .execute();
      await audit(tx, origin, { action: "file.restore", targetId: file.id, detail: { name } });
      return toFile((await findView(tx, file.id))!);
    }),
  );
  folderChanged(deps.events, wanted.userId, parentId, "trash");
  return restored;
}
