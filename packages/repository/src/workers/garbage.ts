import v8 from "node:v8";
import vm from "node:vm";

/** Used-up bytes after which a collection pays: of buffers, and of those that zstd's objects hold on to. */
const BUFFERS = 4 * 1024 * 1024;
const HELD = 4 * 1024 * 1024;
/** What a cipher takes outside of the heap until a full collection. */
export const CIPHER = 4 * 1024;

v8.setFlagsFromString("--expose-gc");
const collect = vm.runInNewContext("gc") as (options: { type: "minor" | "major" }) => void;
let buffers = 0;
let held = 0;

/**
 * Encryption and compression of blobs return new buffers, each of which is used once. V8 sees small objects where there are megabytes, and
 * lets some 64 MiB of them pile up in every thread. A collection of the young generation takes a fraction of a millisecond and frees them, all but what a
 * native object refers to: that takes a full one, which with the small heap of a worker is a matter of milliseconds.
 */
export function usedUp(bytes: number, heldBytes = 0): void {
  buffers += bytes;
  held += heldBytes;
  if (buffers < BUFFERS && held < HELD) return;
  collect({ type: held < HELD ? "minor" : "major" });
  buffers = 0;
  if (held >= HELD) held = 0;
}
