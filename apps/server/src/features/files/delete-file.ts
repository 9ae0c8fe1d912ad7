import { sql } from "kysely";
import { z } from "zod";
import { audit } from "../../platform/audit/audit.ts";
import type { Origin } from "../../platform/http/principal.ts";
import { defineJob } from "../../platform/jobs/job.ts";
import { accessFile } from "../access/index.ts";
import type { FilesDeps } from "./files.deps.ts";
import { folderChanged } from "./files.events.ts";
import { checkRevision } from "./update-file.ts";

/** Removes what was deleted for good, with all that lies inside. */
export const purgeJob = defineJob({
  name: "files.purge",
  payload: z.object({ fileId: z.uuid() }),
  expireInSeconds: 3600,
});

/** Moves a file or folder to the trash. What is there already stays as it is. */
export async function trashFile(
  deps: FilesDeps,
  origin: Origin,
  userId: string,
  fileId: string,
  ifMatch?: string,
): Promise<void> {
  const file = await accessFile(deps.db, userId, fileId, "see");
  checkRevision(file, ifMatch);
  const changed = await deps.db.transaction().execute(async (tx) => {
    const result = await tx
      .updateTable("holdfast.files")
      .set({ trashed_at: sql`now()`, revision: sql`revision + 1` })
      .where("id", "=", file.id)
      .where("trashed_at", "is", null)
      .where("purged_at", "is", null)
      .executeTakeFirst();
    if (result.numUpdatedRows === 0n) return false;
    await audit(tx, origin, { action: "file.trash", targetId: file.id, detail: { name: file.name } });
    return true;
  });
  if (changed) folderChanged(deps.events, userId, file.parent_id, "trash");
}

/** Deletes for good: gone for everybody at once, its bytes and rows removed by a job. */
export async function purgeFile(
  deps: FilesDeps,
  origin: Origin,
  userId: string,
  fileId: string,
  ifMatch?: string,
): Promise<void> {
  const file = await accessFile(deps.db, userId, fileId, "see");
  checkRevision(file, ifMatch);
  await deps.db.transaction().execute(async (tx) => {
    const result = await tx
      .updateTable("holdfast.files")
      .set({ purged_at: sql`now()` })
      .where("id", "=", file.id)
      .where("purged_at", "is", null)
      .executeTakeFirst();
    if (result.numUpdatedRows === 0n) return;
    await audit(tx, origin, { action: "file.delete", targetId: file.id, detail: { name: file.name } });
    await deps.jobs.enqueue(tx, purgeJob, { fileId: file.id });
  });
  folderChanged(deps.events, userId, file.parent_id, "trash");
}

/** Deletes everything in a person's trash for good. Returns how many things there were. */
export async function emptyTrash(deps: FilesDeps, origin: Origin, userId: string): Promise<number> {
  const ids = await deps.db.transaction().execute(async (tx) => {
    const rows = await tx
      .updateTable("holdfast.files")
      .set({ purged_at: sql`now()` })
      .where("user_id", "=", userId)
      .where("trashed_at", "is not", null)
      .where("purged_at", "is", null)
      .returning("id")
      .execute();
    if (rows.length > 0)
      await audit(tx, origin, { action: "trash.empty", targetId: null, detail: { count: rows.length } });
    for (const { id } of rows) await deps.jobs.enqueue(tx, purgeJob, { fileId: id });
    return rows;
  });
  folderChanged(deps.events, userId, "trash");
  return ids.length;
}
