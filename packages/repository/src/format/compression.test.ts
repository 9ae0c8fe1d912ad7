import { expect, test } from "vitest";
import { Random } from "../testing/random.ts";
import { compress, decompress, looksRandom } from "./compression.ts";

const random = new Random(9);
const text = Buffer.from(Array.from({ length: 20_000 }, () => random.pick(["grant ", "pack ", "lock "])).join(""));

test("gives back what was compressed, and refuses anything else", () => {
  for (const bytes of [Buffer.from("a"), text, random.bytes(700_000), Buffer.alloc(3_000_000)]) {
    const compressed = compress(bytes);
    expect(decompress(compressed, bytes.length).equals(bytes)).toBe(true);
    expect(decompress(compressed, { atMost: Math.max(1, bytes.length) }).equals(bytes)).toBe(true);
    expect(() => decompress(compressed, bytes.length + 1)).toThrow(/bytes where/);
    expect(() => decompress(compressed.subarray(0, -1), bytes.length)).toThrow();
  }
  expect(() => decompress(compress(text), 10)).toThrow(/cannot be decompressed/);
});

test("tells noise from what can be compressed", () => {
  for (let i = 0; i < 200; i++) expect(looksRandom(random.bytes(2000 + random.below(50_000)))).toBe(true);
  expect(looksRandom(text)).toBe(false);
  expect(looksRandom(Buffer.from(random.bytes(50_000).toString("base64")))).toBe(false);
  // Noise with something else in it is worth a try.
  expect(looksRandom(Buffer.concat([random.bytes(100_000), Buffer.alloc(50_000)]))).toBe(false);
});
