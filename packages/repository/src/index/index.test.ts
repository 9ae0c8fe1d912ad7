import fc from "fast-check";
import { expect, test } from "vitest";
import { Random } from "../testing/random.ts";
import { BlobTable } from "./blob-table.ts";
import { parseIndex } from "./parse-index.ts";

const id = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes).toString("hex"));
const number = fc.nat(0xffff_ffff);
const blob = fc.record(
  {
    id,
    type: fc.constantFrom("data", "tree"),
    offset: number,
    length: number,
    uncompressed_length: fc.integer({ min: 1, max: 2 ** 32 - 1 }),
  },
  { requiredKeys: ["id", "type", "offset", "length"] },
);
const document = fc.record(
  {
    supersedes: fc.array(id, { maxLength: 2 }),
    packs: fc.array(fc.record({ id, blobs: fc.array(blob, { maxLength: 4 }) }), { maxLength: 4 }),
  },
  { requiredKeys: ["packs"] },
);

test("the quick and the slow way to read an index say the same", () => {
  fc.assert(
    fc.property(document, (value) => {
      const quick = parseIndex(Buffer.from(JSON.stringify(value)));
      const slow = parseIndex(Buffer.from(JSON.stringify(value, null, 1)));
      expect(quick.packs).toEqual(slow.packs);
      const count = slow.packs.at(-1)?.to ?? 0;
      expect(quick.ids.subarray(0, count * 32)).toEqual(slow.ids.subarray(0, count * 32));
      expect([...quick.trees.subarray(0, count)]).toEqual([...slow.trees]);
      expect([...quick.places.subarray(0, count * 3)]).toEqual([...slow.places]);
      expect(value.packs.flatMap(({ blobs }) => blobs.map((b) => b.uncompressed_length ?? 0))).toEqual(
        [...slow.places].filter((_, i) => i % 3 === 2),
      );
    }),
    { numRuns: 500 },
  );
});

test("an index that is none is refused", () => {
  for (const bad of [
    "",
    "{",
    "[]]",
    '{"packs":[{"id":"x","blobs":[]}]}',
    `{"packs":[{"id":"${"A".repeat(64)}","blobs":[]}]}`,
  ]) {
    expect(() => parseIndex(Buffer.from(bad))).toThrow(/index/i);
  }
});

test("a table finds what was added, all copies of it, and nothing else, through all its growing", () => {
  const random = new Random(6);
  const table = new BlobTable();
  const ids = random.bytes(32 * 150_000);
  for (let i = 0; i < 150_000; i++) table.add(ids, i * 32, i % 7, i, i * 2, i * 3);
  const again = table.add(ids, 32 * 77, 9, 1, 2, 3);
  for (let i = 0; i < 150_000; i += 13) {
    const entry = table.find(ids, i * 32);
    expect([entry, table.pack(entry), table.offset(entry), table.length(entry), table.rawLength(entry)]).toEqual([
      i,
      i % 7,
      i,
      i * 2,
      i * 3,
    ]);
  }
  expect(table.findAll(ids, 32 * 77)).toEqual([77, again]);
  expect(table.id(77).equals(ids.subarray(32 * 77, 32 * 78))).toBe(true);
  for (let i = 0; i < 1000; i++) expect(table.find(random.bytes(32), 0)).toBe(-1);
});

test("a table of a million blobs takes less than 60 MB", () => {
  const before = process.memoryUsage().arrayBuffers;
  const table = new BlobTable();
  const scratch = Buffer.alloc(32);
  for (let i = 0; i < 1_000_000; i++) {
    scratch.writeUInt32LE(Math.imul(i, 0x9e3779b1) >>> 0);
    scratch.writeUInt32LE(i, 8);
    table.add(scratch, 0, 0, 0, 0, 0);
  }
  const grown = process.memoryUsage().arrayBuffers - before;
  expect(table.size).toBe(1_000_000);
  // Slots that were outgrown may not be collected yet.
  expect(grown).toBeLessThan(60e6 + 9e6);
});
