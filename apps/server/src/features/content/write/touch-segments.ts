import type { Database } from "../../../platform/database/database.ts";
import { inGroups } from "../../../platform/in-groups.ts";
import { touchSegments } from "./touch-segments.queries.ts";

/**
 * Announces that a segment is about to be stored and referred to. Must have resolved before the object gets its key: from then on,
 * and for the grace period, the sweep leaves it alone.
 */
export type TouchSegment = (segment: {
  sha256: Buffer;
  size: number;
  /** Which upload, so that it can give up what it alone has brought. */
  broughtBy: string;
}) => Promise<void>;

/**
 * Touches in groups: what arrives while a statement is under way goes with the next one.
 * @param db connections with `synchronous_commit=off`: a touch lost in a crash of PostgreSQL leaves an object without a row, which
 * reconciliation finds; it can never cost a byte, because a sweep that was under way died in the same crash
 */
export function createTouch(db: Database): TouchSegment {
  return inGroups(async (segments) => {
    // Sorted, so that two groups with the same segments lock them in the same order.
    const byHash = new Map<string, { sha256: Buffer; size: number; broughtBy: string | null }>();
    for (const item of segments) {
      const hash = item.sha256.toString("latin1");
      const other = byHash.get(hash);
      byHash.set(hash, other && other.broughtBy !== item.broughtBy ? { ...item, broughtBy: null } : item);
    }
    const unique = [...byHash.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, item]) => item);
    await touchSegments.count(
      db,
      unique.map((item) => item.sha256),
      unique.map((item) => item.size),
      unique.map((item) => item.broughtBy),
    );
    return segments.map(() => undefined);
  });
}
