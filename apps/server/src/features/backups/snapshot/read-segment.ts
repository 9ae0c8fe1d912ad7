import { createHash } from "node:crypto";
import type { Part } from "@holdfast/repository";
import type { ObjectStore } from "@holdfast/storage";
import { segmentKey } from "../../content/index.ts";

/** The bytes of a segment in the primary store are missing or not what they were: nothing is backed up as if it were right. */
export class SegmentUnreadable extends Error {
  override name = "SegmentUnreadable";
  readonly sha256: Buffer;
  constructor(sha256: Buffer, cause: unknown) {
    super(`The stored piece ${sha256.toString("hex").slice(0, 16)} cannot be read: ${(cause as Error).message}`, {
      cause,
    });
    this.sha256 = sha256;
  }
}

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
