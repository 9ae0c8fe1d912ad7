import { createHash, randomBytes } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { endOfTar, entryOf, type Made, recordsOf } from "../../../../../tests/support/uploads/tar.ts";
import { readTar, type TarEntry } from "./read-tar.ts";

const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
const longName = (name: string) => entryOf({ path: "././@LongLink", type: "L", bytes: Buffer.from(`${name}\0`) });
const long = `${"ordner-ä/".repeat(40)}名.txt`;
const large = randomBytes(5000);

/** What an entry is read as, besides its time. */
type Read = [path: string | null, kind: TarEntry["kind"], size: number, hash?: string];
const examples: [archive: Buffer, read: Read[]][] = [
  [entryOf({ path: "a", bytes: large }), [["a", "file", 5000, sha256(large)]]],
  [entryOf({ path: "empty" }), [["empty", "file", 0, sha256(Buffer.alloc(0))]]],
  [entryOf({ path: "block", bytes: large.subarray(0, 512) }), [["block", "file", 512, sha256(large.subarray(0, 512))]]],
  [Buffer.concat([longName(long), entryOf({ path: "cut" })]), [[long, "file", 0]]],
  [entryOf({ path: "cut", bytes: large, size: 0, pax: { path: long, size: "5000" } }), [[long, "file", 5000]]],
  [entryOf({ path: "v7", type: "\0", change: (header) => header.fill(0, 257, 265) }), [["v7", "file", 0]]],
  [entryOf({ path: "old/", type: "\0" }), [["old/", "folder", 0]]],
  [entryOf({ path: "contiguous", type: "7" }), [["contiguous", "file", 0]]],
  [entryOf({ path: "name", change: (header) => header.write("above/it", 345) }), [["above/it/name", "file", 0]]],
  [
    // GNU has times where ustar has the beginning of a path.
    entryOf({ path: "gnu", change: (header) => header.fill("ustar  \0", 257, 265).write("12345", 345) }),
    [["gnu", "file", 0]],
  ],
  [
    // A number of base 256.
    entryOf({
      path: "binary",
      bytes: large,
      change: (h) => h.fill(0, 124, 136).fill(0x80, 124, 125).writeUInt32BE(5000, 132),
    }),
    [["binary", "file", 5000]],
  ],
  [entryOf({ path: "folder", type: "5", size: 777 }), [["folder", "folder", 0]]],
  [entryOf({ path: Buffer.from([0xff, 0x61]) }), [[null, "file", 0]]],
];

async function read(archive: Buffer, cuts: readonly number[], skipping = false): Promise<Read[]> {
  const found: Read[] = [];
  for await (const entry of readTar(pieces(archive, cuts))) {
    const item: Read = [entry.path, entry.kind, entry.size];
    found.push(item);
    // Beside the loop, as the product reads it.
    if (skipping) entry.skip();
    else void hashOf(entry).then((hash) => item.push(hash));
  }
  return found;
}

async function hashOf(entry: TarEntry): Promise<string> {
  const hash = createHash("sha256");
  for await (const part of entry.bytes()) hash.update(part);
  return hash.digest("hex");
}

/** Each piece is overwritten when the next is asked for, as memory is that goes to somebody else. */
async function* pieces(archive: Buffer, cuts: readonly number[]): AsyncGenerator<Buffer> {
  for (let at = 0, n = 0; at < archive.length; n++) {
    const piece = Buffer.from(archive.subarray(at, at + (cuts[n % cuts.length] as number)));
    at += piece.length;
    yield piece;
    piece.fill(0x55);
  }
}

test("however a stream is cut, its entries are the same", async () => {
  const archive = Buffer.concat([...examples.map(([bytes]) => bytes), endOfTar, Buffer.alloc(3072)]);
  const expected = examples.flatMap(([, entries]) => entries);
  const size = fc.constantFrom(1, 7, 100, 511, 512, 513, 1024, 5000, 65_536);
  await fc.assert(
    fc.asyncProperty(fc.array(size, { minLength: 1, maxLength: 5 }), fc.boolean(), async (cuts, skipping) => {
      const found = await read(archive, cuts, skipping);
      expect(found.map((entry) => entry.slice(0, 3))).toEqual(expected.map((entry) => entry.slice(0, 3)));
      if (!skipping)
        expect(found.map((entry) => entry[3])).toEqual(expected.map((entry, i) => entry[3] ?? found[i]?.[3]));
    }),
    { numRuns: 40 },
  );
});

test.each<[seconds: string, made: Made, time: string]>([
  ["of the header", { mtime: 1_600_000_000 }, "2020-09-13T12:26:40.000Z"],
  ["of pax, to the millisecond", { pax: { mtime: "1600000000.123456789" } }, "2020-09-13T12:26:40.123Z"],
  ["before 1970", { pax: { mtime: "-1" } }, "1969-12-31T23:59:59.000Z"],
])("the time %s", async (_what, made, time) => {
  for await (const entry of readTar(pieces(Buffer.concat([entryOf(made), endOfTar]), [512]))) {
    expect(entry.modifiedAt.toISOString()).toBe(time);
    entry.skip();
  }
});

test("whatever comes, it ends with entries or one error, and reads no further than it must", async () => {
  const archive = Buffer.concat([
    ...examples.map(([bytes]) => bytes),
    entryOf({ type: "x", bytes: recordsOf({ a: "b" }) }),
    endOfTar,
  ]);
  await fc.assert(
    fc.asyncProperty(fc.nat(archive.length - 1), fc.nat(255), fc.nat(archive.length), async (at, byte, end) => {
      const damaged = Buffer.from(archive);
      damaged[at] = byte;
      const found = await read(damaged.subarray(0, end), [513], true).catch((error: Error) => error);
      if (found instanceof Error) expect(found.name).toBe("DamagedArchive");
    }),
    { numRuns: 300 },
  );
});
