import { afterAll, beforeAll, expect, test } from "vitest";
import { runS3rver, type TestS3 } from "../../../packages/storage/src/testing/run-s3rver.ts";
import { Random } from "../../crash/support/random.ts";
import type { Person } from "../../support/person.ts";
import { segmentKey } from "../../support/segments.ts";
import { startServer, type TestServer } from "../../support/server.ts";
import { backUp } from "../backups/support.ts";
import { type Planted, plant, plantMany, segmentsOf } from "./damage.ts";
import { judge, type Seen } from "./raw-judge.ts";

/** As the damaged segments of a folder, in a bucket. */
const COUNT = Number(process.env.HOLDFAST_DAMAGED_FILES ?? 20);
const random = new Random(Number(process.env.HOLDFAST_SEED ?? Math.floor(Math.random() * 2 ** 31)));

let s3: TestS3;
let server: TestServer;
let ann: Person;
let marker: Planted;
beforeAll(async () => {
  s3 = await runS3rver();
  server = await startServer({
    ...{ LOG_LEVEL: "fatal", STORAGE_DRIVER: "s3", S3_ENDPOINT: s3.endpoint, S3_BUCKET: s3.bucket },
    ...{ S3_ACCESS_KEY_ID: s3.credentials.accessKeyId, S3_SECRET_ACCESS_KEY: s3.credentials.secretAccessKey },
  });
  ann = await server.person("ann");
  marker = await plant(ann, "marker", random.bytes(1_000));
}, 60_000);
afterAll(async () => {
  await server.close();
  await s3.close();
});

/** What a bucket may have come to hold under a segment's name. */
const damages: ((bytes: Buffer) => Buffer)[] = [
  (bytes) => {
    const flipped = Buffer.from(bytes);
    const at = random.below(bytes.length);
    flipped[at] = (flipped[at] as number) ^ (1 << random.below(8));
    return flipped;
  },
  (bytes) => bytes.subarray(0, random.below(bytes.length)),
  (bytes) => Buffer.concat([bytes, random.bytes(1 + random.below(5_000))]),
];

async function damageAll(files: Planted[]): Promise<void> {
  const most = 16 * 1024 * 1024;
  for (const [i, file] of files.entries()) {
    const damage = damages[i % damages.length] as (bytes: Buffer) => Buffer;
    await server.services.store.put(segmentKey(segmentsOf(file)[0] as Buffer), damage(file.bytes.subarray(0, most)));
  }
}

async function askAll(files: Planted[]): Promise<Seen[]> {
  const content = (id: string) => `/api/v1/files/${id}/content`;
  const seen: Seen[] = [];
  for (const { id, bytes } of files) {
    const next = { nextPath: content(marker.id), nextExpected: marker.bytes };
    seen.push(await judge({ url: server.url, headers: ann.headers, path: content(id), expected: bytes, ...next }));
  }
  return seen;
}

test("whole, ranges of it, and again: what is whole in a bucket is sent", { timeout: 120_000 }, async () => {
  const { id, bytes } = await plant(ann, "whole", random.bytes(17 * 1024 * 1024));
  for (let i = 0; i < 2; i++) expect((await ann.read(id)).equals(bytes)).toBe(true);
  const answer = await ann.fetch(`/api/v1/files/${id}/content`, { headers: { range: "bytes=16777200-16777300" } });
  expect(Buffer.from(await answer.arrayBuffer()).equals(bytes.subarray(16777200, 16777301))).toBe(true);
});

test(`${COUNT} damaged objects of a bucket: refused without a backup, healed with one`, {
  timeout: 120_000 + COUNT * 4_000,
}, async () => {
  const kept = await plantMany(ann, random, "kept", COUNT);
  await backUp(ann);
  const lost = await plantMany(ann, random, "lost", COUNT);
  await damageAll([...kept, ...lost]);
  const refused = await askAll(lost);
  expect(
    refused.filter(({ outcome, code, next }) => outcome !== "refused" || code !== "content_damaged" || next === false),
  ).toEqual([]);
  expect((await askAll(kept)).filter(({ outcome, next }) => outcome !== "right" || next !== true)).toEqual([]);
  for (const { bytes } of lost.slice(0, 3)) await ann.put("again", bytes, { onConflict: "rename" });
  expect((await askAll(lost.slice(0, 3))).map(({ outcome }) => outcome)).toEqual(["right", "right", "right"]);
});
