import fs from "node:fs";
import type { ByteRange, Sink } from "../object-store.ts";
import { rangeLeavesObject } from "../range.ts";
import { open, read } from "./file-calls.ts";
import { BufferPool, LARGE_CHUNK, SMALL_OBJECT, SPARE_CHUNK } from "./local-buffers.ts";

const FLAGS = fs.constants.O_RDONLY | (fs.constants.O_NOFOLLOW ?? 0);

const smallBuffers = new BufferPool(SMALL_OBJECT, 64);
const largeBuffers = new BufferPool(LARGE_CHUNK, 64);

/** Pushes a file, or a range of it, into `sink`. Small ones are one read; large ones read ahead into a second buffer while the sink works. */
export async function readFile(path: string, sink: Sink, range: ByteRange | undefined): Promise<void> {
  const fd = await open(path, FLAGS);
  try {
    // A short range shows by itself that it leaves the file, before a byte of it is handed on.
    if (range !== undefined && needsSize(range)) await checkSize(fd, range);
    const start = range?.start ?? 0;
    const end = range?.end ?? Number.POSITIVE_INFINITY;
    const rest = await readSmall(fd, sink, start, end);
    if (rest !== null) await readLarge(fd, sink, rest, end);
  } finally {
    // Nothing is written here that closing could have to wait for, and a turn in the thread pool costs more than the call.
    fs.closeSync(fd);
  }
}

function needsSize({ start, end }: ByteRange): boolean {
  return start === end || end - start > SPARE_CHUNK;
}

async function checkSize(fd: number, range: ByteRange): Promise<void> {
  const { size } = await new Promise<fs.Stats>((resolve, reject) => {
    fs.fstat(fd, (error, stats) => (error === null ? resolve(stats) : reject(error)));
  });
  if (range.end > size) throw rangeLeavesObject(range, size);
}

/** The position to go on from, or null where the end was reached: a read of a file falls short only at its end. */
async function readSmall(fd: number, sink: Sink, start: number, end: number): Promise<number | null> {
  if (start >= end) return null;
  if (Number.isFinite(end) && end - start > SMALL_OBJECT) return start;
  const buffer = smallBuffers.take();
  try {
    const wanted = Math.min(buffer.length, end - start);
    const count = await read(fd, buffer, wanted, start);
    if (Number.isFinite(end) && count < wanted) throw rangeLeavesObject({ start, end }, start + count);
    if (count > 0) await sink(count === buffer.length ? buffer : buffer.subarray(0, count));
    return count < wanted || start + count >= end ? null : start + count;
  } finally {
    smallBuffers.give(buffer);
  }
}

async function readLarge(fd: number, sink: Sink, start: number, end: number): Promise<void> {
  let current = largeBuffers.take();
  let next = largeBuffers.take();
  let pending: Promise<number> | null = null;
  try {
    let position = start;
    let wanted = Math.min(current.length, end - position);
    let count = await read(fd, current, wanted, position);
    while (count > 0) {
      position += count;
      const last = count < wanted || position >= end;
      wanted = Math.min(next.length, end - position);
      pending = last ? null : read(fd, next, wanted, position);
      // A failure of the read ahead is met below; until then it must not count as unhandled.
      pending?.catch(() => {});
      const settled = sink(count === current.length ? current : current.subarray(0, count));
      if (settled !== undefined) await settled;
      if (pending === null) return;
      count = await pending;
      pending = null;
      [current, next] = [next, current];
    }
  } finally {
    // The file and the buffer must not be given away while the system still reads into it.
    await pending?.catch(() => {});
    largeBuffers.give(current);
    largeBuffers.give(next);
  }
}
