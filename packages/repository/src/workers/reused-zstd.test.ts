import { expect, test } from "vitest";
import { compress, decompress } from "../format/compression.ts";
import { Random } from "../testing/random.ts";
import { ReusedZstd } from "./reused-zstd.ts";

const random = new Random(11);
const text = (words: number): Buffer =>
  Buffer.from(Array.from({ length: words }, () => random.pick(["grant ", "pack ", "lock ", "tree "])).join(""));
const samples = [
  Buffer.from("a"),
  text(3000),
  random.bytes(50_000),
  text(200_000),
  Buffer.alloc(3_000_000),
  text(1),
  random.bytes(2_500_000),
];

test("one context after another frame makes the bytes that a new one makes", () => {
  const [compressor, decompressor] = [ReusedZstd.compressor(), ReusedZstd.decompressor()];
  for (const bytes of [...samples, ...samples]) {
    const frame = Buffer.from(compressor.compress(bytes));
    expect(frame.equals(compress(bytes))).toBe(true);
    expect(decompressor.decompress(frame, bytes.length).equals(bytes)).toBe(true);
  }
});

test("refuses what Node's own function refuses, in its words, and works on", () => {
  const decompressor = ReusedZstd.decompressor();
  const bytes = text(5000);
  const frame = compress(bytes);
  const broken: [Buffer, number][] = [
    [frame.subarray(0, -1), bytes.length],
    [frame.subarray(0, 20), bytes.length],
    [random.bytes(500), 400],
    [frame, bytes.length + 1],
    [frame, bytes.length - 1],
    [frame, 10],
    [compress(Buffer.alloc(1_900_000)), 1000],
    [Buffer.alloc(0), 5],
  ];
  for (const [wrong, length] of broken) {
    const message = messageOf(() => decompress(wrong, length));
    expect(message).not.toBeNull();
    expect(messageOf(() => decompressor.decompress(wrong, length))).toBe(message);
    expect(decompressor.decompress(frame, bytes.length).equals(bytes)).toBe(true);
  }
});

test("what was compressed in a context stays out of the memory that collections look at", () => {
  const compressor = ReusedZstd.compressor();
  const bytes = text(15_000);
  compressor.compress(bytes);
  const before = process.memoryUsage().arrayBuffers;
  let most = 0;
  for (let i = 0; i < 200; i++) {
    compressor.compress(bytes);
    most = Math.max(most, process.memoryUsage().arrayBuffers - before);
  }
  // Contexts of their own would hold on to 64 KiB each, some megabytes until the next collection.
  expect(most).toBeLessThan(1024 * 1024);
});

function messageOf(work: () => unknown): string | null {
  try {
    work();
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}
