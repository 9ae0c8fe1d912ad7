import { execute } from "../../../platform/database/database.ts";
import type { JobContext } from "../../../platform/jobs/job.ts";
import { resolveAlerts } from "../../../platform/monitoring/alerts.ts";
import type { ContentDeps } from "../content.deps.ts";
import { damagedAlert } from "../read/note-verified.ts";
import { segmentKey } from "../segment.ts";
import { dropContents } from "./drop-contents.ts";

/** Drops contents that lost their last reference without a purge noticing. */
export async function sweepContents(deps: ContentDeps, context: JobContext): Promise<void> {
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
    await deps.db.transaction((tx) => dropContents(tx, ids));
  }
}

/**
 * Deletes segments that nobody refers to and nobody touched for the grace period. The rows stay locked while the objects go: an upload
 * that meets such a segment again touches its row first, so it waits here, finds the row gone, and stores the bytes anew.
 */
export async function sweepSegments(
  deps: ContentDeps,
  context: JobContext,
  graceSeconds = deps.segmentGraceSeconds,
): Promise<number> {
  let total = 0;
  for (let found = 200; found === 200; ) {
    context.signal.throwIfAborted();
    found = await deps.db.transaction(async (tx) => {
      const rows = await execute<{ sha256: Buffer }>(
        tx,
        `delete from holdfast.segments s where sha256 in (
           select sha256 from holdfast.segments s where touched_at < $1
             and not exists (select from holdfast.content_segments c where c.sha256 = s.sha256)
             and not exists (select from holdfast.upload_segments u where u.sha256 = s.sha256)
           order by touched_at limit 200 for update skip locked
         ) returning sha256`,
        [new Date(deps.clock.now().getTime() - graceSeconds * 1000)],
      );
      await deps.store.delete(rows.map((row) => segmentKey(row.sha256)));
      // Nobody needs them any more, damaged or not.
      await resolveAlerts(
        deps.pool,
        damagedAlert,
        rows.map((row) => row.sha256.toString("hex")),
      );
      return rows.length;
    });
    total += found;
  }
  return total;
}

/** Twice what an upload goes without touching a segment that it is about to refer to. */
const graceOfFullDiskSeconds = 2 * 3600;

/**
 * While uploads are refused for want of room, or nearly: what was purged goes after two hours instead of two days, unless a backup that may still
 * read it is under way. An upload that takes longer than that is refused by the catalogue in the end, as it is by the full disk.
 */
export async function makeRoom(deps: ContentDeps, context: JobContext): Promise<number> {
  const { tight } = await deps.room.state();
  if (!tight) return 0;
  const backups = await execute(deps.db, "select from holdfast.backups where status = 'running' limit 1");
  if (backups.length > 0) return 0;
  await sweepContents(deps, context);
  return sweepSegments(deps, context, graceOfFullDiskSeconds);
}
