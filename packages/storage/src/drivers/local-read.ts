import fs from "node:fs";
import { StorageError } from "../errors.ts";
import type { ByteRange, OnOpen, Sink } from "../object-store.ts";
import { checkRange } from "../range.ts";
import { open, read } from "./file-calls.ts";
import { BufferPool, LARGE_CHUNK, SMALL_OBJECT } from "./local-buffers.ts";

const FLAGS = fs.constants.O_RDONLY | (fs.constants.O_NOFOLLOW ?? 0);

const smallBuffers = new BufferPool(SMALL_OBJECT, 64);
const largeBuffers = new BufferPool(LARGE_CHUNK, 64);

/**
 * Pushes a file, or a range of it, into `sink`: as many bytes as the file has when it is opened, or rejects. Small ones are one read; large
 * ones read ahead into a second buffer while the sink works.
 */
export async function readFile(path: string, sink: Sink, range?: ByteRange, onOpen?: OnOpen): Promise<void> {
  const fd = await open(path, FLAGS);
  try {
    // Opening has read what this tells: it waits for no disk.
    const { size, ino, ctimeMs } = fs.fstatSync(fd);
    onOpen?.({ size, version: `${ino} ${ctimeMs}` });
    const { start, end } = checkRange(range, size);
    if (start === end) return;
    if (end - start <= SMALL_OBJECT) await readSmall(fd, sink, start, end);
    else await readLarge(fd, sink, start, end);
  } finally {
    // Nothing is written here that closing could have to wait for, and a turn in the thread pool costs more than the call.
    fs.closeSync(fd);
  }
}

async function readSmall(fd: number, sink: Sink, start: number, end: number): Promise<void> {
  const buffer = smallBuffers.take();
  try {
    for (let position = start; position < end; ) {
      const count = await read(fd, buffer, Math.min(buffer.length, end - position), position);
      if (count === 0) throw shortened(position, end);
      position += count;
      await sink(count === buffer.length ? buffer : buffer.subarray(0, count));
    }
  } finally {
    smallBuffers.give(buffer);
  }
}

function shortened(position: number, end: number): StorageError {
  return new StorageError("corrupt", `The file was cut at byte ${position} of ${end} while it was read.`);
}

async function readLarge(fd: number, sink: Sink, start: number, end: number): Promise<void> {
  let current = largeBuffers.take();
  let next = largeBuffers.take();
  let pending: Promise<number> | null = null;
  try {
    let position = start;
    let wanted = Math.min(current.length, end - position);
    let count = await read(fd, current, wanted, position);
    if (count === 0) throw shortened(position, end);
    for (;;) {
      position += count;
      const last = position >= end;
      wanted = Math.min(next.length, end - position);
      pending = last ? null : read(fd, next, wanted, position);
      // A failure of the read ahead is met below; until then it must not count as unhandled.
      pending?.catch(() => {});
      const settled = sink(count === current.length ? current : current.subarray(0, count));
      if (settled !== undefined) await settled;
      if (pending === null) return;
      count = await pending;
      pending = null;
      if (count === 0) throw shortened(position, end);
      [current, next] = [next, current];
    }
  } finally {
    // The file and the buffer must not be given away while the system still reads into it.
    await pending?.catch(() => {});
    largeBuffers.give(current);
    largeBuffers.give(next);
  }
}
