import type { ContentDeps } from "../content.deps.ts";
import { segmentKey } from "../segment.ts";
import type { FoundObject } from "./compare.ts";
import * as queries from "./orphans.queries.ts";

const AT_ONCE = 50;

/** Notes objects without a row as seen by a report. */
export async function noteOrphans(deps: ContentDeps, reportId: string, objects: readonly FoundObject[]): Promise<void> {
  await queries.noteOrphans.count(
    deps.db,
    objects.map(({ sha256 }) => sha256),
    objects.map(({ size }) => size),
    objects.map(({ storedAt }) => storedAt),
    deps.clock.now(),
    reportId,
  );
}

export interface Removal {
  reportId: string;
  /** Objects that were seen first after this stay. */
  seenBy: Date;
  /** Objects that were stored after this, by the store's clock, stay. */
  storedBefore: Date;
  signal: AbortSignal;
}

/**
 * Removes objects without a row. Each is given a row first, in a transaction that takes it away again: an upload of the same bytes touches
 * its row before it stores them, so it either has a row already, and the object stays, or it waits here, and stores the bytes again.
 */
export async function removeOrphans(deps: ContentDeps, removal: Removal): Promise<{ count: number; bytes: number }> {
  const total = { count: 0, bytes: 0 };
  for (let after = Buffer.alloc(0); ; ) {
    removal.signal.throwIfAborted();
    const { reportId, seenBy, storedBefore } = removal;
    const rows = await queries.listOrphans.all(deps.db, after, reportId, seenBy, storedBefore, AT_ONCE);
    const last = rows.at(-1);
    if (!last) return total;
    after = last.sha256 as Buffer<ArrayBuffer>;
    const names = rows.map(({ sha256 }) => sha256);
    const removed = await removeSome(deps, names, storedBefore);
    total.count += removed.count;
    total.bytes += removed.bytes;
  }
}

async function removeSome(deps: ContentDeps, names: readonly Buffer[], storedBefore: Date) {
  return deps.db.transaction(async (tx) => {
    const claimed = await queries.claimSegments.all(tx, names);
    const found = await Promise.all(
      claimed.map(async ({ sha256 }) => ({ sha256, object: await deps.store.head(segmentKey(sha256)) })),
    );
    // Looked at again under the lock: it may have been stored again since the listing.
    const going = found.filter(({ object }) => object?.modifiedAt !== undefined && object.modifiedAt < storedBefore);
    await deps.store.delete(going.map(({ sha256 }) => segmentKey(sha256)));
    await queries.dropClaims.count(
      tx,
      claimed.map(({ sha256 }) => sha256),
    );
    await queries.deleteOrphans.count(tx, names);
    return { count: going.length, bytes: going.reduce((sum, { object }) => sum + (object?.size ?? 0), 0) };
  });
}
