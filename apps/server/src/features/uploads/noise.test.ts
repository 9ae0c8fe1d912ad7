import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { deflateRawSync, gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { isNoise } from "./noise.ts";

const text = Buffer.from("All that we see or seem is but a dream within a dream.\n".repeat(200));

test("what is encrypted is noise at any length that says something, and short files say nothing", async () => {
  for (const size of [256, 600, 1500, 4100]) {
    const found = await Promise.all(Array.from({ length: 50 }, () => isNoise(randomBytes(size))));
    // A few of random bytes begin like some format.
    expect(found.filter(Boolean).length).toBeGreaterThanOrEqual(46);
  }
  expect(await isNoise(randomBytes(255))).toBeNull();
});

test("text, programs, and what is compressed by nature is none", async () => {
  const program = readFileSync(process.execPath).subarray(0, 4100);
  const source = readFileSync(import.meta.filename).subarray(0, 4100);
  const picture = Buffer.concat([Buffer.from("ffd8ffe000104a46494600010100000100010000", "hex"), randomBytes(4080)]);
  const zip = Buffer.concat([Buffer.from("504b0304", "hex"), randomBytes(4096)]);
  for (const bytes of [
    text.subarray(0, 4100),
    program,
    source,
    picture,
    zip,
    gzipSync(randomBytes(5000)).subarray(0, 4100),
  ])
    expect(await isNoise(bytes)).toBe(false);
  expect(await isNoise(deflateRawSync(text))).not.toBe(true);
});
