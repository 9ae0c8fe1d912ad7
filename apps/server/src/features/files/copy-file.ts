import type { File } from "@holdfast/contract";
import { audit } from "../../platform/audit/audit.ts";
import { execute } from "../../platform/database/database.ts";
import { keepAnswer } from "../../platform/http/idempotency.ts";
import type { Origin } from "../../platform/http/principal.ts";
import { newId } from "../../platform/ids.ts";
import { accessFile, accessFolder } from "../access/index.ts";
import { toFile } from "./file-view.ts";
import type { FilesDeps } from "./files.deps.ts";
import { folderChanged } from "./files.events.ts";
import { findView } from "./files.queries.ts";
import { checkName } from "./names.ts";
import { withFreeName } from "./naming.ts";
import { refuseCycle } from "./update-file.ts";
import { chargeUsage } from "./usage.ts";

export interface CopyWish {
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
export async function copyFile(deps: FilesDeps, origin: Origin, wish: CopyWish): Promise<File> {
  await deps.room.check();
  const file = await accessFile(deps.db, wish.userId, wish.fileId, "change");
  const name = wish.name === undefined ? file.name : checkName(wish.name);
  const parentId =
    wish.parentId === undefined ? (file.parent_id as string) : await accessFolder(deps.db, wish.userId, wish.parentId);
  const copy = await withFreeName(deps.db, { parentId, name, onConflict: wish.onConflict }, (freeName) =>
    deps.db.transaction(async (tx) => {
      if (file.kind === "folder") await refuseCycle(tx, wish.userId, file.id, parentId);
      const id = newId();
      const [sum] = await execute<{ bytes: number }>(
        tx,
        `with recursive tree as (
           select f.id, $2::uuid as copy_id, $3::uuid as copy_parent, $4::text as copy_name, f.kind, f.file_type, f.file_size, f.content_id,
             f.last_modified
           from holdfast.files f where f.id = $1
           union all
           select c.id, holdfast.uuid7(), tree.copy_id, c.name, c.kind, c.file_type, c.file_size, c.content_id, c.last_modified
           from holdfast.files c join tree on c.parent_id = tree.id
           where c.trashed_at is null and c.purged_at is null
         ), copied as (
           insert into holdfast.files (id, user_id, parent_id, name, kind, file_type, file_size, content_id, version_id, last_modified)
           select copy_id, $5, copy_parent, copy_name, kind, file_type, file_size, content_id,
             case when kind = 'file' then holdfast.uuid7() end, last_modified
           from tree returning file_size
         ) select coalesce(sum(file_size), 0)::bigint as bytes from copied`,
        [file.id, id, parentId, freeName, wish.userId],
      );
      await chargeUsage(tx, wish.userId, sum?.bytes ?? 0);
      await audit(tx, origin, { action: "file.copy", targetId: id, detail: { from: file.id } });
      return keepAnswer(tx, toFile((await findView(tx, id))!));
    }),
  );
  folderChanged(deps.events, wish.userId, parentId);
  return copy;
}
