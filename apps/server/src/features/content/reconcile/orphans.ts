import { execute } from "../../../platform/database/database.ts";
import type { ContentDeps } from "../content.deps.ts";
import { segmentKey } from "../segment.ts";
import type { FoundObject } from "./compare.ts";

const AT_ONCE = 50;

/** Notes objects without a row as seen by a report. */
export async function noteOrphans(deps: ContentDeps, reportId: string, objects: readonly FoundObject[]): Promise<void> {
  await execute(
    deps.db,
    `insert into holdfast.storage_orphans as o (sha256, size, stored_at, first_seen_at, last_seen_in)
     select n.*, $4::timestamptz, $5 from unnest($1::bytea[], $2::bigint[], $3::timestamptz[]) as n
     on conflict (sha256) do update set size = excluded.size, stored_at = excluded.stored_at, last_seen_in = excluded.last_seen_in,
       first_seen_at = case when o.stored_at is not distinct from excluded.stored_at then o.first_seen_at else excluded.first_seen_at end`,
    [
      objects.map(({ sha256 }) => sha256),
      objects.map(({ size }) => size),
      objects.map(({ storedAt }) => storedAt),
      deps.clock.now(),
      reportId,
    ],
  );
}

export interface Removal {
  reportId: string;
  /** Objects that were seen first after this stay. */
  seenBefore: Date;
  /** Objects that were stored after this, by the store's clock, stay. */
  storedBefore: Date;
  signal: AbortSignal;
}

/**
 * Removes objects without a row. Each is given a row first, in a transaction that takes it away again: an upload of the same bytes touches
 * its row before it stores them, so it either has a row already, and the object stays, or it waits here, and stores the bytes anew.
 */
export async function removeOrphans(deps: ContentDeps, removal: Removal): Promise<{ count: number; bytes: number }> {
  const total = { count: 0, bytes: 0 };
  for (let after = Buffer.alloc(0); ; ) {
    removal.signal.throwIfAborted();
    const rows: { sha256: Buffer<ArrayBuffer> }[] = await execute(
      deps.db,
      `select sha256 from holdfast.storage_orphans
       where sha256 > $1 and last_seen_in = $2 and first_seen_at < $3 and stored_at < $4 order by sha256 limit ${AT_ONCE}`,
      [after, removal.reportId, removal.seenBefore, removal.storedBefore],
    );
    const last = rows.at(-1);
    if (!last) return total;
    after = last.sha256;
    const names = rows.map(({ sha256 }) => sha256);
    const removed = await removeSome(deps, names, removal.storedBefore);
    total.count += removed.count;
    total.bytes += removed.bytes;
  }
}

async function removeSome(deps: ContentDeps, names: readonly Buffer[], storedBefore: Date) {
  return deps.db.transaction(async (tx) => {
    const claimed = await execute<{ sha256: Buffer }>(
      tx,
      `insert into holdfast.segments (sha256, size) select n, 1 from unnest($1::bytea[]) n order by n
       on conflict do nothing returning sha256`,
      [names],
    );
    const found = await Promise.all(
      claimed.map(async ({ sha256 }) => ({ sha256, object: await deps.store.head(segmentKey(sha256)) })),
    );
    // Looked at again under the lock: it may have been stored anew since the listing.
    const going = found.filter(({ object }) => object?.modifiedAt !== undefined && object.modifiedAt < storedBefore);
    await deps.store.delete(going.map(({ sha256 }) => segmentKey(sha256)));
    await execute(tx, "delete from holdfast.segments where sha256 = any($1::bytea[])", [
      claimed.map(({ sha256 }) => sha256),
    ]);
    await execute(tx, "delete from holdfast.storage_orphans where sha256 = any($1::bytea[])", [names]);
    return { count: going.length, bytes: going.reduce((sum, { object }) => sum + (object?.size ?? 0), 0) };
  });
}
