import type { ObjectStore } from "@holdfast/storage";
import type { Logger } from "pino";
import type { Database } from "../../../platform/database/database.ts";
import { segmentKey } from "../segment.ts";
import { releaseSegments } from "./touch-segments.queries.ts";

export type ReleaseSegments = (broughtBy: string, sha256: readonly Buffer[]) => Promise<void>;

const atOnce = 200;

/**
 * Removes what an upload has stored that ends without a file: a body that a full disk or a quota ends, or whose client goes, holds no room
 * until the sweep. As in the sweep the rows are locked while the objects go, so who brings such a segment at this moment waits, and stores it
 * again. What cannot be removed now the sweep removes.
 */
export function createRelease(deps: { db: Database; store: ObjectStore; log: Logger }): ReleaseSegments {
  return async (broughtBy, sha256) => {
    try {
      for (let at = 0; at < sha256.length; at += atOnce) {
        await deps.db.transaction(async (tx) => {
          const rows = await releaseSegments.all(tx, sha256.slice(at, at + atOnce), broughtBy);
          await deps.store.delete(rows.map((row) => segmentKey(row.sha256)));
        });
      }
    } catch (error) {
      deps.log.debug({ err: error }, "what an upload stored in vain was left to the sweep");
    }
  };
}
