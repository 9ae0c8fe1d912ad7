import { execute, type Tx } from "../../../platform/database/database.ts";
import type { JobContext } from "../../../platform/jobs/job.ts";
import { dropContents } from "../../content/index.ts";
import type { FilesDeps } from "../files.deps.ts";

const batch = 2000;

/**
 * Removes a purged file or folder with all that is inside, in batches of one transaction each. Folders go after what is in them, so a
 * run that was cut short is simply begun again.
 */
export async function purgeTree(deps: FilesDeps, fileId: string, context: JobContext): Promise<void> {
  const top = await execute(deps.db, "select from holdfast.files where id = $1 and purged_at is not null", [fileId]);
  if (top.length === 0) return;
  const folders = [fileId];
  const emptied: string[] = [];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for (let removed = batch; removed === batch; ) {
      context.signal.throwIfAborted();
      removed = await deps.db.transaction((tx) =>
        removeFiles(tx, "parent_id = $1 and kind = 'file'", folder as string),
      );
    }
    const inside = await execute<{ id: string }>(
      deps.db,
      "select id from holdfast.files where parent_id = $1 and kind = 'folder'",
      [folder],
    );
    for (const { id } of inside) folders.push(id);
    emptied.push(folder);
  }
  // Folders below the purged one carry no mark of their own: they go because they were reached from it.
  for (const folder of emptied.reverse()) {
    context.signal.throwIfAborted();
    await deps.db.transaction((tx) => removeFiles(tx, "id = $1 and parent_id is not null", folder));
  }
}

/** Removes whatever was deleted for good and is still there. */
export async function purgeMarked(deps: FilesDeps, context: JobContext): Promise<void> {
  for (;;) {
    const rows = await execute<{ id: string }>(
      deps.db,
      "select id from holdfast.files where purged_at is not null order by purged_at limit 500",
    );
    if (rows.length === 0) return;
    for (const { id } of rows) await purgeTree(deps, id, context);
  }
}

/** Deletes up to a batch of rows with their versions, gives the bytes back to their owner, and drops contents that nobody else has. */
async function removeFiles(tx: Tx, condition: string, id: string): Promise<number> {
  const [result] = await execute<{ removed: number; contents: string[] | null }>(
    tx,
    `with gone as (
       select id, user_id, file_size, content_id from holdfast.files where ${condition} limit ${batch} for update
     ), versions as (
       delete from holdfast.file_versions v using gone where v.file_id = gone.id returning gone.user_id, v.file_size, v.content_id
     ), removed as (
       delete from holdfast.files f using gone where f.id = gone.id
     ), freed as (
       insert into holdfast.usage_entries (user_id, bytes)
       select user_id, -sum(file_size) from (select user_id, file_size from gone union all select user_id, file_size from versions) all_of_it
       group by user_id having sum(file_size) > 0
     )
     select (select count(*)::int from gone) as removed,
       (select array_agg(distinct content_id) from (select content_id from gone union all select content_id from versions) c
        where content_id is not null) as contents`,
    [id],
  );
  if (result?.contents) await dropContents(tx, result.contents);
  return result?.removed ?? 0;
}
