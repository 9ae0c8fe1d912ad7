import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { tarOf } from "./tar.ts";

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "holdfast-tar-"))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const names = [
  "plain.txt",
  "Grüße aus Köln.txt",
  "🦀 名前.bin",
  `${"a".repeat(96)}.txt`,
  `${"b".repeat(97)}.txt`,
  `${"c".repeat(251)}.txt`,
  `${"ü".repeat(125)}.txt`,
  "two\nlines",
];
const sizes = [0, 1, 511, 512, 513, 1024, 8192, 100_000];
const times = [1_700_000_000_000, 1_700_000_000_123, 0, -1500, 1_600_000_000_001, 4_102_444_800_000, 999, 1];

it("makes what a real tar lists and extracts, byte by byte and to the millisecond", async () => {
  const contents = sizes.map((size) => randomBytes(size));
  const entries = names.map((name, index) => {
    const [bytes, lastModified] = [contents[index] as Buffer<ArrayBuffer>, times[index] as number];
    return { name, lastModified, file: new File([bytes], name) };
  });
  const { archive, ends } = tarOf(entries);
  const bytes = Buffer.from(await archive.arrayBuffer());
  writeFileSync(join(folder, "made.tar"), bytes);
  const tar = (...options: string[]) =>
    execFileSync("tar", ["-f", "made.tar", ...options], { cwd: folder, stdio: "pipe" });
  expect(tar("-t", "--null", "--quoting-style=literal").toString()).toBe(`${names.join("\n")}\n`);
  tar("-x");
  rmSync(join(folder, "made.tar"));
  expect(readdirSync(folder).sort()).toEqual(names.toSorted());
  for (const [index, name] of names.entries()) {
    expect(readFileSync(join(folder, name)).equals(contents[index] as Buffer), name).toBe(true);
    expect(Math.round(statSync(join(folder, name)).mtimeMs), name).toBe(times[index]);
  }
  // Each ends with its last block (of one byte, with pax, it is the fourth), and the zeros of the end come after all.
  expect(ends.at(-1)).toBe(bytes.length - 1024);
  expect(ends.map((end, index) => end - (ends[index - 1] ?? 0)).slice(0, 2)).toEqual([512, 4 * 512]);
});

it("holds files themselves, without reading them", () => {
  const file = new File(["x".repeat(1000)], "a");
  const read = ["arrayBuffer", "stream", "text"] as const;
  for (const way of read) Object.defineProperty(file, way, { value: () => expect.unreachable(way) });
  expect(tarOf([{ name: "a", lastModified: 0, file }]).archive.size).toBe(512 + 1024 + 1024);
});
