import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import { createMemoryStore, readObject } from "@holdfast/storage";
import fc from "fast-check";
import { expect, test } from "vitest";
import { segmentBytes, segmentKey } from "../segment.ts";
import { ContentWriter } from "./content-writer.ts";

const source = Buffer.alloc(2 * segmentBytes + 5000);
for (let i = 0; i < source.length; i += 4) source.writeUInt32LE((i * 2_654_435_761) >>> 0, i);
const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest();

test("however a stream is cut, its segments are the same", async () => {
  const size = fc.constantFrom(
    0,
    1,
    4099,
    4100,
    4101,
    1024 * 1024,
    1_500_000,
    segmentBytes - 1,
    segmentBytes,
    segmentBytes + 1,
    source.length,
  );
  const chunk = fc.constantFrom(
    1,
    1000,
    65_536,
    1024 * 1024 - 1,
    1024 * 1024,
    1024 * 1024 + 1,
    3_000_001,
    source.length,
  );
  await fc.assert(
    fc.asyncProperty(
      size,
      fc.array(chunk, { minLength: 1, maxLength: 5 }),
      fc.nat(100),
      async (length, chunks, startAt) => {
        const store = createMemoryStore();
        const touched = new Set<string>();
        const told: number[] = [];
        let held = 0;
        const takeMemory = async () => {
          held += 1;
          return () => void (held -= 1);
        };
        const writer = new ContentWriter(
          {
            store,
            touch: async (segment) => void touched.add(segment.sha256.toString("hex")),
            release: async () => {},
          },
          { startAt, onSegment: async (segment) => void told.push(segment.startAt), takeMemory },
        );
        for (let at = 0, n = 0; at < length; n++) {
          // A single byte many times over would take its time; it is one in a row of others.
          const step = Math.min(
            length - at,
            chunks[n % chunks.length] === 1 && n > 50 ? source.length : (chunks[n % chunks.length] as number),
          );
          const part = Buffer.from(source.subarray(at, at + step));
          await writer.write(part);
          part.fill(0);
          at += step;
        }
        const content = await writer.finish();
        expect(held).toBe(0);
        const bytes = source.subarray(0, length);
        const wanted = [];
        for (let at = 0; at < length; at += segmentBytes) {
          const part = bytes.subarray(at, at + segmentBytes);
          wanted.push({ startAt: startAt + at, size: part.length, sha256: sha256(part) });
          expect((await readObject(store, segmentKey(sha256(part)))).equals(part)).toBe(true);
          expect(touched).toContain(sha256(part).toString("hex"));
        }
        expect(content.segments).toEqual(wanted);
        expect(told).toEqual(wanted.map((segment) => segment.startAt));
        expect(writer.head.equals(bytes.subarray(0, 4100))).toBe(true);
        const single = length <= segmentBytes;
        expect([content.size, content.sha256, content.crc32]).toEqual([
          length,
          single ? sha256(bytes) : null,
          single ? crc32(bytes) : null,
        ]);
      },
    ),
    { numRuns: 25 },
  );
});

test("a store that fails is never taken for one that did not; nothing is told after it", async () => {
  const memory = createMemoryStore();
  let commits = 0;
  const store = {
    ...memory,
    spool: async () => {
      const spool = await memory.spool();
      const commit = async (key: string) => {
        if (++commits === 2) throw new Error("the disk broke");
        await spool.commit(key);
      };
      return Object.assign(Object.create(spool), {
        write: spool.write.bind(spool),
        commit,
        discard: () => spool.discard(),
      });
    },
  } as typeof memory;
  const told: number[] = [];
  let held = 0;
  const takeMemory = async () => {
    held += 1;
    return () => void (held -= 1);
  };
  const writer = new ContentWriter(
    { store, touch: async () => {}, release: async () => {} },
    { onSegment: async ({ startAt }) => void told.push(startAt), takeMemory },
  );
  const work = async () => {
    for (let n = 0; n < 5; n++) await writer.write(source.subarray(0, segmentBytes));
    await writer.finish();
  };
  await expect(work()).rejects.toThrow("the disk broke");
  await writer.abort();
  expect(told).toEqual([0]);
  expect(held).toBe(0);
});
