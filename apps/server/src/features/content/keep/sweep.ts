import type { JobContext } from "../../../platform/jobs/job.ts";
import { resolveAlerts } from "../../../platform/monitoring/alerts.ts";
import type { ContentDeps } from "../content.deps.ts";
import { damagedAlert } from "../read/note-verified.ts";
import { segmentKey } from "../segment.ts";
import * as queries from "./keep.queries.ts";

const atOnce = 200;

/** Drops contents that lost their last reference without a purge noticing. */
export async function sweepContents(deps: ContentDeps, context: JobContext): Promise<void> {
  for (let after: string | null = null; ; ) {
    context.signal.throwIfAborted();
    const rows: { id: string }[] = await queries.findUnreferenced.all(deps.db, after);
    if (rows.length === 0) return;
    after = rows.at(-1)?.id ?? null;
    const ids = rows.map((row) => row.id);
    await queries.dropContents.count(deps.db, ids);
  }
}

/**
 * Deletes segments that nobody refers to and nobody touched for the grace period. The rows stay locked while the objects go: an upload
 * that meets such a segment again touches its row first, so it waits here, finds the row gone, and stores the bytes again.
 */
export async function sweepSegments(
  deps: ContentDeps,
  context: JobContext,
  graceSeconds = deps.segmentGraceSeconds,
): Promise<number> {
  let total = 0;
  for (let found = atOnce; found === atOnce; ) {
    context.signal.throwIfAborted();
    found = await deps.db.transaction(async (tx) => {
      const rows = await queries.deleteSegments.all(tx, graceSeconds, atOnce);
      await deps.store.delete(rows.map((row) => segmentKey(row.sha256)));
      // Nobody needs them any more, damaged or not.
      await resolveAlerts(
        deps.db,
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
  if ((await queries.isBackupRunning.first(deps.db))?.running) return 0;
  await sweepContents(deps, context);
  return sweepSegments(deps, context, graceOfFullDiskSeconds);
}
