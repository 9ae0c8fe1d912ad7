import { createHash } from "node:crypto";
import type { Part } from "@holdfast/repository";
import type { ObjectStore } from "@holdfast/storage";
import { segmentKey } from "../../content/index.ts";
import { SegmentUnreadable } from "../work/segment-unreadable.ts";

/** A segment as a part of a file for the backup engine: named by its hash, and checked against it when it has to be read. */
export function segmentPart(store: ObjectStore, sha256: Buffer, size: number): Part {
  return {
    key: sha256.toString("hex"),
    size,
    async read(sink) {
      const hash = createHash("sha256");
      let sinkFailed: { error: unknown } | null = null;
      try {
        await store.get(segmentKey(sha256), async (chunk) => {
          hash.update(chunk);
          try {
            await sink(chunk);
          } catch (error) {
            sinkFailed = { error };
            throw error;
          }
        });
      } catch (error) {
        throw sinkFailed ? (sinkFailed as { error: unknown }).error : new SegmentUnreadable(sha256, error);
      }
      if (!hash.digest().equals(sha256)) {
        throw new SegmentUnreadable(sha256, new Error("its bytes are not those that were stored"));
      }
    },
  };
}
