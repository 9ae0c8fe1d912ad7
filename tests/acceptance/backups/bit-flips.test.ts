import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createBackup } from "../../../packages/contract/src/index.ts";
import { Random } from "../../crash/support/random.ts";
import type { Person } from "../../support/person.ts";
import { segmentKey } from "../../support/segments.ts";
import { startServer, type TestServer } from "../../support/server.ts";
import { inParallel, readEverything } from "./drill.ts";
import { backUp, backupEnded, flipBit, sha256, type Tree } from "./support.ts";

/** A longer run: HOLDFAST_BIT_FLIPS=1000; the same one again: HOLDFAST_BIT_FLIPS_SEED=<what was printed>. */
const flips = Number(process.env.HOLDFAST_BIT_FLIPS ?? 20);
const seed = Number(process.env.HOLDFAST_BIT_FLIPS_SEED ?? Math.floor(Math.random() * 2 ** 31));
const SEGMENTS = 200;
const AT_ONCE = 50;
/** Never backed up: nothing can heal them, and what was found is kept. */
const LOST = 5;

interface Segment {
  name: Buffer;
  size: number;
}

let server: TestServer;
let ann: Person;
let expected: Tree;
let backedUp: Segment[];
let lost: Segment[];
const sent = new Map<string, Buffer>();
const random = new Random(seed);

async function segments(): Promise<Segment[]> {
  const { rows } = await server.services.pool.query<Segment>(
    `select s.sha256 as name, s.size::int from holdfast.segments s
     where exists (select from holdfast.content_segments c where c.sha256 = s.sha256) order by 1`,
  );
  return rows;
}

const bytesOf = ({ name }: Segment) => readFile(join(server.dataDir, "objects", segmentKey(name)));

/** The hashes of what was moved aside, by the name of the segment that it was found as. */
async function quarantined(): Promise<Map<string, string[]>> {
  const folder = join(server.dataDir, "objects/quarantine");
  const found = new Map<string, string[]>();
  for (const file of await readdir(folder)) {
    const name = file.slice(0, 64);
    found.set(name, [...(found.get(name) ?? []), sha256(await readFile(join(folder, file)))]);
  }
  return found;
}

/** As the clock does it, until everything has been looked at. */
async function scrubAll(): Promise<{ bad: number; healed: number }> {
  await server.services.pool.query(
    "update holdfast.segments set verified_at = null, touched_at = now() - interval '1 day'",
  );
  const found = (await server.runJob("files.scrub")).find((line) => "healed" in line);
  return { bad: Number(found?.bad ?? 0), healed: Number(found?.healed ?? 0) };
}

beforeAll(async () => {
  server = await startServer({ LOG_LEVEL: "fatal" });
  ann = await server.person("ann");
  const numbers = Array.from({ length: SEGMENTS }, (_, i) => i);
  await inParallel(8, numbers, async (i) => {
    await ann.put(`${i}.bin`, random.bytes(1 + random.below(i % 20 === 0 ? 400_000 : 20_000)));
  });
  await ann.put("of two segments.bin", random.bytes(17 * 1024 * 1024));
  await backUp(ann);
  backedUp = await segments();
  for (let i = 0; i < LOST; i++) {
    sent.set(`lost ${i}.bin`, random.bytes(5_000));
    await ann.put(`lost ${i}.bin`, sent.get(`lost ${i}.bin`) as Buffer);
  }
  const known = new Set(backedUp.map(({ name }) => name.toString("hex")));
  lost = (await segments()).filter(({ name }) => !known.has(name.toString("hex")));
  expected = await readEverything(ann);
}, 120_000);
afterAll(() => server.close());

test(`${flips} flipped bits in stored segments are all found and healed, and nothing that is whole is touched`, {
  timeout: 60_000 + flips * 1000,
}, async () => {
  console.log(`seed ${seed}`);
  let done = 0;
  while (done < flips) {
    const left = [...backedUp];
    const chosen = Array.from(
      { length: Math.min(AT_ONCE, flips - done) },
      () => left.splice(random.below(left.length), 1)[0] as Segment,
    );
    const damaged = new Map<string, string>();
    for (const segment of chosen) {
      await flipBit(server.dataDir, segment.name, random.below(segment.size * 8));
      damaged.set(segment.name.toString("hex"), sha256(await bytesOf(segment)));
    }
    expect(await scrubAll()).toEqual({ bad: chosen.length, healed: chosen.length });
    for (const segment of backedUp) expect(sha256(await bytesOf(segment))).toBe(segment.name.toString("hex"));
    // What was found there is kept.
    const kept = await quarantined();
    for (const [name, hash] of damaged) expect(kept.get(name)).toContain(hash);
    done += chosen.length;
  }
  expect(await scrubAll()).toEqual({ bad: 0, healed: 0 });
  expect(await readEverything(ann)).toEqual(expected);
});

test("what no backup holds is marked and moved aside, no backup calls it good, and uploading it again heals it", async () => {
  const flipped = await Promise.all(
    lost.map(async (segment) => {
      await flipBit(server.dataDir, segment.name, random.below(segment.size * 8));
      return sha256(await bytesOf(segment));
    }),
  );
  const marked = async () => {
    const { rows } = await server.services.pool.query<{ name: string }>(
      "select encode(sha256, 'hex') as name from holdfast.segments where state = 'bad' order by 1",
    );
    return rows.map(({ name }) => name);
  };
  expect(await scrubAll()).toEqual({ bad: LOST, healed: 0 });
  const kept = await quarantined();
  lost.forEach(({ name }, i) => {
    expect(kept.get(name.toString("hex"))).toEqual([flipped[i]]);
  });
  await Promise.all(lost.map((segment) => expect(bytesOf(segment)).rejects.toThrow("ENOENT")));
  expect(await marked()).toEqual(lost.map(({ name }) => name.toString("hex")));
  const { id } = await ann.call(createBackup, { body: {} });
  const failed = await backupEnded(ann, id);
  expect(failed).toMatchObject({ status: "failed", error: expect.stringContaining("No backup holds it") });
  expect(failed.error).toMatch(/^"lost \d\.bin" in "\/"/);

  for (const [name, bytes] of sent) await ann.put(name, bytes, { onConflict: "replace" });
  expect(await scrubAll()).toEqual({ bad: 0, healed: 0 });
  expect(await marked()).toEqual([]);
  expect(await readEverything(ann)).toEqual(expected);
  await backUp(ann);
});
