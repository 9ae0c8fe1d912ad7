import { SLAB_BYTES } from "../workers/slabs.ts";
import type { Part } from "./part-packer.ts";

/** A stream of unknown length as parts of 16 MiB. Each is in memory until the session has taken it. */
export async function* partsOfStream(source: Iterable<Uint8Array> | AsyncIterable<Uint8Array>): AsyncGenerator<Part> {
  let pending: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of source) {
    for (let at = 0; at < chunk.length; ) {
      const taken = chunk.subarray(at, at + SLAB_BYTES - size);
      // A copy: the source may use its buffer again.
      pending.push(Buffer.from(taken));
      size += taken.length;
      at += taken.length;
      if (size === SLAB_BYTES) {
        yield partOf(pending, size);
        pending = [];
        size = 0;
      }
    }
  }
  if (size > 0) yield partOf(pending, size);
}

function partOf(chunks: Uint8Array[], size: number): Part {
  return {
    size,
    async read(sink) {
      for (const chunk of chunks) await sink(chunk);
    },
  };
}
