import { createHash, randomBytes } from "node:crypto";
import { createMemoryStore, type ObjectStore } from "@holdfast/storage";
import { beforeEach, describe, expect, test } from "vitest";
import { segmentKey } from "../segment.ts";
import { createSegmentReader, type Segment, type SegmentReader } from "./segment-reader.ts";

const DAY = 86_400_000;
const sizes = [1_000, 256 * 1024, 256 * 1024 + 1, 3 * 1024 * 1024];

let store: ObjectStore;
let noted: string[];
let healed: number;
/** Bytes that the store was asked for. */
let read: number;
beforeEach(() => {
  store = counting(createMemoryStore());
  noted = [];
  healed = read = 0;
});

function counting(inner: ObjectStore): ObjectStore {
  return {
    ...inner,
    get: (key, sink, range, onOpen) =>
      inner.get(
        key,
        (chunk) => {
          read += chunk.length;
          return sink(chunk);
        },
        range,
        onOpen,
      ),
  };
}

const notes = { add: (sha256: Buffer) => void noted.push(sha256.toString("hex")), async close() {} };

function readerOf(verifyEvery: number | null, copies: Buffer[] = []): SegmentReader {
  return createSegmentReader({
    ...{ store, notes, verifyEvery },
    async heal(sha256) {
      healed++;
      const copy = copies.find((bytes) => hashOf(bytes).equals(sha256));
      if (copy) await store.put(segmentKey(sha256), copy);
      return copy !== undefined;
    },
  });
}

const hashOf = (bytes: Buffer) => createHash("sha256").update(bytes).digest();

async function stored(size: number): Promise<{ segment: Segment; bytes: Buffer; key: string }> {
  const bytes = randomBytes(size);
  const segment = { sha256: hashOf(bytes), size };
  const key = segmentKey(segment.sha256);
  await store.put(key, bytes);
  return { segment, bytes, key };
}

async function take(reader: SegmentReader, segment: Segment, range?: { start: number; end: number }): Promise<Buffer> {
  const chunks: Buffer[] = [];
  const keep = (chunk: Uint8Array) => void chunks.push(Buffer.from(chunk));
  await reader.read(segment, keep, range, reader.ahead(segment));
  return Buffer.concat(chunks);
}

function flipped(bytes: Buffer): Buffer {
  const other = Buffer.from(bytes);
  other[bytes.length >> 1] = (other[bytes.length >> 1] as number) ^ 1;
  return other;
}

describe.each(sizes)("a segment of %d bytes", (size) => {
  test("is hashed once while it is trusted, and again once it was written", async () => {
    const reader = readerOf(DAY);
    const { segment, bytes, key } = await stored(size);
    expect((await take(reader, segment)).equals(bytes)).toBe(true);
    expect(noted).toEqual([segment.sha256.toString("hex")]);
    read = 0;
    expect((await take(reader, segment, { start: 3, end: 10 })).equals(bytes.subarray(3, 10))).toBe(true);
    expect([read, noted.length]).toEqual([7, 1]);
    await store.put(key, flipped(bytes));
    await expect(take(reader, segment)).rejects.toMatchObject({ code: "content_damaged" });
    await expect(take(reader, segment, { start: 0, end: 1 })).rejects.toMatchObject({ code: "content_damaged" });
  });

  test("is hashed each time where that is asked for, and never with `off`", async () => {
    const { segment, bytes, key } = await stored(size);
    const always = readerOf(0);
    for (let i = 1; i <= 3; i++) {
      await take(always, segment);
      await take(always, segment, { start: 1, end: 2 });
      expect(noted).toHaveLength(2 * i);
    }
    const off = readerOf(null);
    read = 0;
    await take(off, segment);
    expect([read, noted.length]).toEqual([size, 6]);
    await store.put(key, flipped(bytes));
    expect((await take(off, segment)).equals(flipped(bytes))).toBe(true);
  });

  test.each([DAY, 0, null])(
    "of another length is refused before its first byte (verified every %s ms)",
    async (every) => {
      const { segment, bytes, key } = await stored(size);
      for (const other of [bytes.subarray(0, size - 1), Buffer.concat([bytes, Buffer.from("x")]), Buffer.alloc(0)]) {
        await store.put(key, other);
        let pushed = 0;
        const sink = (chunk: Uint8Array) => void (pushed += chunk.length);
        const reader = readerOf(every);
        await expect(reader.read(segment, sink)).rejects.toMatchObject({ code: "content_damaged" });
        await expect(reader.read(segment, sink, { start: 0, end: 1 })).rejects.toMatchObject({
          code: "content_damaged",
        });
        expect(pushed).toBe(0);
      }
    },
  );

  test("is healed while it is read, once for all who ask", async () => {
    const { segment, bytes, key } = await stored(size);
    await store.put(key, flipped(bytes));
    const reader = readerOf(DAY, [bytes]);
    const all = await Promise.all(Array.from({ length: 5 }, () => take(reader, segment)));
    for (const one of all) expect(one.equals(bytes)).toBe(true);
    expect(healed).toBe(1);
  });

  test("is read on where it was written in the middle of a read, without a byte twice", async () => {
    const { segment, bytes, key } = await stored(size);
    const reader = readerOf(DAY);
    await take(reader, segment);
    const chunks: Buffer[] = [];
    let written = false;
    await reader.read(segment, async (chunk) => {
      chunks.push(Buffer.from(chunk));
      if (!written) await store.put(key, bytes);
      written = true;
    });
    expect(Buffer.concat(chunks).equals(bytes)).toBe(true);
  });
});

test("what no copy is found of is not looked for again at once, and read again as soon as it is there", async () => {
  const { segment, bytes, key } = await stored(2_000);
  const reader = readerOf(DAY);
  await store.delete([key]);
  for (let i = 0; i < 5; i++) await expect(take(reader, segment)).rejects.toMatchObject({ code: "content_damaged" });
  expect(healed).toBe(1);
  await store.put(key, bytes);
  expect((await take(reader, segment)).equals(bytes)).toBe(true);
});

test("what the reader's sink throws is thrown on, and is no damage", async () => {
  for (const size of sizes) {
    const { segment } = await stored(size);
    const gone = new RangeError("the client is gone");
    const failing = () => {
      throw gone;
    };
    await expect(readerOf(DAY, []).read(segment, failing)).rejects.toBe(gone);
  }
  expect(healed).toBe(0);
});
