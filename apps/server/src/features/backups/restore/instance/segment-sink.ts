import { createHash, type Hash } from "node:crypto";
import type { FileSink } from "@holdfast/repository";
import type { ObjectStore, Spool } from "@holdfast/storage";
import { segmentKey } from "../../../content/index.ts";

export interface WantedSegment {
  sha256: Buffer;
  size: number;
}

/** Segments that are in the store. Half of a hash tells them apart, and a million of them take little memory. */
export class StoredSegments {
  readonly #names = new Set<string>();
  count = 0;
  bytes = 0;

  has(sha256: Buffer): boolean {
    return this.#names.has(sha256.toString("latin1", 0, 16));
  }

  add({ sha256, size }: WantedSegment): void {
    const name = sha256.toString("latin1", 0, 16);
    if (this.#names.has(name)) return;
    this.#names.add(name);
    this.count++;
    this.bytes += size;
  }
}

/** Cuts a file of a snapshot into its segments again and stores those that the store lacks; each is checked against its name first. */
export function segmentSink(
  store: ObjectStore,
  segments: readonly WantedSegment[],
  stored: StoredSegments,
  path: string,
): FileSink {
  let at = 0;
  let filled = 0;
  let hash: Hash = createHash("sha256");
  let spool: Spool | null = null;

  async function write(bytes: Uint8Array): Promise<void> {
    for (let from = 0; from < bytes.length; ) {
      const segment = segments[at];
      if (!segment) throw new Error(`"${path}" is longer in the backup than its rows say.`);
      const part = bytes.subarray(from, from + segment.size - filled);
      hash.update(part);
      if (!stored.has(segment.sha256)) {
        spool ??= await store.spool();
        await spool.write(part);
      }
      filled += part.length;
      from += part.length;
      if (filled === segment.size) await finish(segment);
    }
  }

  async function finish(segment: WantedSegment): Promise<void> {
    if (!hash.digest().equals(segment.sha256)) throw new Error(`"${path}" does not have the bytes that its rows name.`);
    if (spool) await spool.commit(segmentKey(segment.sha256));
    spool = null;
    stored.add(segment);
    hash = createHash("sha256");
    filled = 0;
    at++;
  }

  return {
    write,
    close() {
      if (at < segments.length) throw new Error(`"${path}" is shorter in the backup than its rows say.`);
    },
    async abort() {
      await spool?.discard();
    },
  };
}
