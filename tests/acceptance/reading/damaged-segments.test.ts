import { createHash } from "node:crypto";
import { open, stat, truncate } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { segmentKey } from "../../../apps/server/src/features/files/index.ts";
import { Random } from "../../crash/support/random.ts";
import type { Person } from "../../support/person.ts";
import { startServer, type TestServer } from "../../support/server.ts";
import { backUp } from "../backups/support.ts";
import { judge, type Seen } from "./raw-judge.ts";

/** As many files are damaged in each way. A longer run: HOLDFAST_DAMAGED_FILES=200. */
const flips = Number(process.env.HOLDFAST_DAMAGED_FILES ?? 40);
const seed = Number(process.env.HOLDFAST_SEED ?? Math.floor(Math.random() * 2 ** 31));
const random = new Random(seed);

interface Planted {
  id: string;
  bytes: Buffer;
}

let server: TestServer;
/** Of each test one, so that no backup has to do with what another one damaged. */
let ann: Person;
let marker: Planted;
beforeAll(async () => {
  console.log(`seed ${seed}`);
  server = await startServer({ LOG_LEVEL: "fatal" });
});
beforeEach(async () => {
  ann = await server.person();
  marker = await plant("marker", random.bytes(1_000));
});
afterAll(() => server.close());

async function plant(name: string, bytes: Buffer): Promise<Planted> {
  return { id: (await ann.put(name, bytes)).id, bytes };
}

/** Sizes on both sides of every way that bytes go: one buffer, several, several segments. */
function sizeOf(i: number): number {
  if (i % 20 === 19) return 17 * 1024 * 1024;
  return i % 5 === 4 ? 256 * 1024 + random.below(700_000) : 2 + random.below(30_000);
}

async function plantMany(prefix: string, count: number): Promise<Planted[]> {
  const all: Planted[] = [];
  for (let i = 0; i < count; i++) all.push(await plant(`${prefix} ${i}`, random.bytes(sizeOf(i))));
  return all;
}

function segmentsOf({ bytes }: Planted): string[] {
  const most = 16 * 1024 * 1024;
  const all: string[] = [];
  for (let at = 0; at < bytes.length; at += most) {
    const sha256 = createHash("sha256").update(bytes.subarray(at, at + most)).digest();
    all.push(join(server.dataDir, "objects", segmentKey(sha256)));
  }
  return all;
}

type Damage = (path: string) => Promise<void>;

const flip: Damage = async (path) => {
  const file = await open(path, "r+");
  try {
    const { size } = await file.stat();
    const at = random.below(size);
    const byte = Buffer.alloc(1);
    await file.read(byte, 0, 1, at);
    byte[0] = (byte[0] as number) ^ (1 << random.below(8));
    await file.write(byte, 0, 1, at);
  } finally {
    await file.close();
  }
};
const shorten: Damage = async (path) => truncate(path, random.below((await stat(path)).size));
const lengthen: Damage = async (path) => {
  const file = await open(path, "a");
  await file.write(random.bytes(1 + random.below(5_000)));
  await file.close();
};
const damages: [name: string, damage: Damage, count: number][] = [
  ["flipped bits", flip, flips],
  ["shorter", shorten, Math.max(10, flips / 10)],
  ["longer", lengthen, Math.max(10, flips / 10)],
];

/** Damages one segment of each. */
async function damageAll(files: Planted[], damage: Damage): Promise<void> {
  for (const file of files) {
    const segments = segmentsOf(file);
    await damage(segments[random.below(segments.length)] as string);
  }
}

function ask(file: Planted, range?: { start: number; end: number }): Promise<Seen> {
  const content = (id: string) => `/api/v1/files/${id}/content`;
  return judge({
    ...{ url: server.url, headers: ann.headers, path: content(file.id) },
    ...(range ? { range: `bytes=${range.start}-${range.end - 1}` } : {}),
    expected: range ? file.bytes.subarray(range.start, range.end) : file.bytes,
    ...{ nextPath: content(marker.id), nextExpected: marker.bytes },
  });
}

function count(all: Seen[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { outcome, next } of all) {
    counts[outcome] = (counts[outcome] ?? 0) + 1;
    if (next === false) counts["next answer wrong"] = (counts["next answer wrong"] ?? 0) + 1;
  }
  return counts;
}

const timeout = 120_000 + flips * 2_000;

/** What may come of a file that cannot be right: a refusal, or an end before the announced one with nothing wrong before it. */
function mayNot(all: Seen[]): Seen[] {
  return all.filter(
    ({ outcome, code, next }) =>
      !(outcome === "broken" || (outcome === "refused" && code === "content_damaged")) || next === false,
  );
}

test.each(damages)(
  "%s, held by no backup: never a wrong, surplus or missing byte in a whole answer",
  { timeout },
  async (name, damage, many) => {
    const files = await plantMany(`lost ${name}`, many);
    await damageAll(files, damage);
    const seen: Seen[] = [];
    for (const file of files) seen.push(await ask(file));
    console.log(name, "whole, no backup:", JSON.stringify(count(seen)));
    expect(mayNot(seen)).toEqual([]);
    // What is one segment is judged before its head is sent.
    const single = files.filter(({ bytes }) => bytes.length <= 16 * 1024 * 1024).length;
    expect(count(seen).refused).toBeGreaterThanOrEqual(single);
  },
);

test.each(damages)("%s, held by a backup: healed while they are asked for", { timeout }, async (name, damage, many) => {
  const files = await plantMany(`kept ${name}`, many);
  await backUp(ann);
  await damageAll(files, damage);
  const seen: Seen[] = [];
  for (const file of files) seen.push(await ask(file));
  console.log(name, "whole, with a backup:", JSON.stringify(count(seen)));
  expect(count(seen)).toEqual({ right: many });
});

test.each(damages)("%s: ranges, one and several", { timeout }, async (name, damage, many) => {
  const files = await plantMany(`range ${name}`, many);
  await damageAll(files, damage);
  const seen: Seen[] = [];
  for (const file of files) {
    const start = random.below(file.bytes.length);
    seen.push(await ask(file, { start, end: start + 1 + random.below(file.bytes.length - start) }));
  }
  console.log(name, "ranges, no backup:", JSON.stringify(count(seen)));
  expect(mayNot(seen.filter(({ outcome }) => outcome !== "right"))).toEqual([]);
});
