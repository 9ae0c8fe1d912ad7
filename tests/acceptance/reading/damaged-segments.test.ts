import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { Random } from "../../crash/support/random.ts";
import type { Person } from "../../support/person.ts";
import { startServer, type TestServer } from "../../support/server.ts";
import { backUp } from "../backups/support.ts";
import { type Damage, damageAll, flip, lengthen, type Planted, plant, plantMany, shorten } from "./damage.ts";
import { judge, type Seen } from "./raw-judge.ts";

/** As many files get flipped bits, and a tenth of it other lengths. A longer run: HOLDFAST_DAMAGED_FILES=200. */
const flips = Number(process.env.HOLDFAST_DAMAGED_FILES ?? 20);
const seed = Number(process.env.HOLDFAST_SEED ?? Math.floor(Math.random() * 2 ** 31));
const random = new Random(seed);

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
  marker = await plant(ann, "marker", random.bytes(1_000));
});
afterAll(() => server.close());

const damages: [name: string, damage: Damage, count: number][] = [
  ["flipped bits", flip, flips],
  ["shorter", shorten, Math.max(10, flips / 10)],
  ["longer", lengthen, Math.max(10, flips / 10)],
];

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
    const files = await plantMany(ann, random, `lost ${name}`, many);
    await damageAll(server.dataDir, random, files, damage);
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
  const files = await plantMany(ann, random, `kept ${name}`, many);
  await backUp(ann);
  await damageAll(server.dataDir, random, files, damage);
  const seen: Seen[] = [];
  for (const file of files) seen.push(await ask(file));
  console.log(name, "whole, with a backup:", JSON.stringify(count(seen)));
  expect(count(seen)).toEqual({ right: many });
});

test.each(damages)("%s: ranges, one and several", { timeout }, async (name, damage, many) => {
  const files = await plantMany(ann, random, `range ${name}`, many);
  await damageAll(server.dataDir, random, files, damage);
  const seen: Seen[] = [];
  for (const file of files) {
    const start = random.below(file.bytes.length);
    seen.push(await ask(file, { start, end: start + 1 + random.below(file.bytes.length - start) }));
  }
  console.log(name, "ranges, no backup:", JSON.stringify(count(seen)));
  expect(mayNot(seen.filter(({ outcome }) => outcome !== "right"))).toEqual([]);
});
