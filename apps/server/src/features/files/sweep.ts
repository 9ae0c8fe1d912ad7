import { execute } from "../../platform/database/database.ts";
import type { JobContext } from "../../platform/jobs/job.ts";
import { purgeJob } from "./delete-file.ts";
import type { FilesDeps } from "./files.deps.ts";
import { dropContents } from "./purge.ts";
import { segmentKey } from "./segment-key.ts";

/** Sends what has been in the trash for too long to be deleted for good, and asks again for purges that were lost. */
export async function sweepTrash(deps: FilesDeps, context: JobContext): Promise<void> {
  for (let found = 500; found === 500; ) {
    context.signal.throwIfAborted();
    found = await deps.db.transaction().execute(async (tx) => {
      const rows = await execute<{ id: string }>(
        tx,
        `update holdfast.files set purged_at = now() where id in (
           select id from holdfast.files where trashed_at < $1 and purged_at is null order by trashed_at limit 500 for update skip locked
         ) returning id`,
        [new Date(deps.clock.now().getTime() - deps.trashDays * 86_400_000)],
      );
      for (const { id } of rows) await deps.jobs.enqueue(tx, purgeJob, { fileId: id });
      return rows.length;
    });
  }
  const lost = await execute<{ id: string }>(
    deps.db,
    "select id from holdfast.files where purged_at < now() - interval '1 hour' limit 500",
  );
  for (const { id } of lost) await deps.jobs.enqueue(deps.db, purgeJob, { fileId: id }, { singletonKey: id });
}

/** Drops contents that lost their last reference without a purge noticing. */
export async function sweepContents(deps: FilesDeps, context: JobContext): Promise<void> {
  for (let after: string | null = null; ; ) {
    context.signal.throwIfAborted();
    const rows: { id: string }[] = await execute(
      deps.db,
      `select id from holdfast.contents c where ($1::uuid is null or id > $1) and created_at < now() - interval '1 hour'
         and not exists (select from holdfast.files f where f.content_id = c.id)
         and not exists (select from holdfast.file_versions v where v.content_id = c.id)
       order by id limit 500`,
      [after],
    );
    if (rows.length === 0) return;
    after = rows.at(-1)?.id ?? null;
    const ids = rows.map((row) => row.id);
    await deps.db.transaction().execute((tx) => dropContents(tx, ids));
  }
}

/**
 * Deletes segments that nobody refers to and nobody touched for the grace period. The rows stay locked while the objects go: an upload
 * that meets such a segment again touches its row first, so it waits here, finds the row gone, and stores the bytes anew.
 */
export async function sweepSegments(deps: FilesDeps, context: JobContext): Promise<number> {
  let total = 0;
  for (let found = 200; found === 200; ) {
    context.signal.throwIfAborted();
    found = await deps.db.transaction().execute(async (tx) => {
      const rows = await execute<{ sha256: Buffer }>(
        tx,
        `delete from holdfast.segments s where sha256 in (
           select sha256 from holdfast.segments s where touched_at < $1 and state = 'stored'
             and not exists (select from holdfast.content_segments c where c.sha256 = s.sha256)
             and not exists (select from holdfast.upload_segments u where u.sha256 = s.sha256)
           order by touched_at limit 200 for update skip locked
         ) returning sha256`,
        [new Date(deps.clock.now().getTime() - deps.segmentGraceSeconds * 1000)],
      );
      await deps.store.delete(rows.map((row) => segmentKey(row.sha256)));
      return rows.length;
    });
    total += found;
  }
  return total;
}
