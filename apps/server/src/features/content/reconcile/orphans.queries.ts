import { statement } from "../../../platform/database/statement.ts";

type Seen = [sha256: Buffer[], size: number[], storedAt: (Date | null)[], now: Date, reportId: string];

export const noteOrphans = statement<Seen>(
  `insert into holdfast.storage_orphans as o (sha256, size, stored_at, first_seen_at, last_seen_in)
   select n.*, $4::timestamptz, $5 from unnest($1::bytea[], $2::bigint[], $3::timestamptz[]) as n
   on conflict (sha256) do update set size = excluded.size, stored_at = excluded.stored_at, last_seen_in = excluded.last_seen_in,
     first_seen_at = case when o.stored_at is not distinct from excluded.stored_at then o.first_seen_at else excluded.first_seen_at end`,
);

export const listOrphans = statement<
  [after: Buffer, reportId: string, seenBy: Date, storedBefore: Date, atMost: number],
  { sha256: Buffer }
>(
  `select sha256 from holdfast.storage_orphans
   where sha256 > $1 and last_seen_in = $2 and first_seen_at <= $3 and stored_at < $4 order by sha256 limit $5`,
);

/** Rows for objects that have none: whoever stores the same bytes waits for this transaction. */
export const claimSegments = statement<[sha256: readonly Buffer[]], { sha256: Buffer }>(
  `insert into holdfast.segments (sha256, size) select n, 1 from unnest($1::bytea[]) n order by n
   on conflict do nothing returning sha256`,
);

export const dropClaims = statement<[sha256: readonly Buffer[]]>(
  "delete from holdfast.segments where sha256 = any($1::bytea[])",
);

export const deleteOrphans = statement<[sha256: readonly Buffer[]]>(
  "delete from holdfast.storage_orphans where sha256 = any($1::bytea[])",
);
