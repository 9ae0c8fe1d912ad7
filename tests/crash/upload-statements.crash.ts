import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as client from "tus-js-client";
import { afterAll, beforeAll, expect, test } from "vitest";
import { migrate, readMigrations } from "../../apps/server/src/platform/database/migrate/migrate.ts";
import { type File, listFiles, listUploads } from "../../packages/contract/src/index.ts";
import { identityMigrations } from "../../packages/identity/src/migrations.ts";
import { type Postgres, startPostgres } from "../../packages/postgres/src/index.ts";
import { type Person, signIn, testPassword } from "../support/person.ts";
import { freePort } from "../support/product.ts";
import type { Orders, Report } from "./support/dying-server.ts";
import { Random } from "./support/random.ts";

/** Every statement of every shape: HOLDFAST_UPLOAD_KILLS=all; the same ones again: HOLDFAST_CRASH_SEED=<what was printed>. */
const kills = process.env.HOLDFAST_UPLOAD_KILLS ?? "8";
const seed = Number(process.env.HOLDFAST_CRASH_SEED ?? Math.floor(Math.random() * 2 ** 31));
const email = "admin@example.org";

/** What an upload may look like. Where its name is taken, it must never be called done. */
const shapes: Record<string, { size: number; taken?: true; options?: Partial<client.UploadOptions> }> = {
  "one request": { size: 300_000 },
  pieces: { size: 300_000, options: { chunkSize: 120_000 } },
  "with its creation": { size: 300_000, options: { uploadDataDuringCreation: true } },
  "length told last": { size: 300_000, options: { uploadLengthDeferred: true, chunkSize: 200_000 } },
  "no bytes": { size: 0 },
  "taken name": { size: 300_000, taken: true },
  "taken name, with its creation": { size: 300_000, taken: true, options: { uploadDataDuringCreation: true } },
  "taken name, no bytes": { size: 0, taken: true },
};

let folder: string;
let postgres: Postgres;
let port: number;
let server: ChildProcess;
let person: Person;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "holdfast-statements-"));
  postgres = await startPostgres({ dataDir: join(folder, "postgres"), log: () => {} });
  const ours = readMigrations(join(import.meta.dirname, "../../supabase/migrations"));
  await migrate(postgres.adminUrl, [...identityMigrations, ...ours]);
  port = await freePort();
  await startServer();
  person = await signIn(`http://127.0.0.1:${port}`, email);
});
afterAll(async () => {
  server.disconnect();
  await once(server, "exit");
  await postgres.stop();
  await rm(folder, { recursive: true, force: true });
});

async function startServer(): Promise<void> {
  server = fork(join(import.meta.dirname, "support/dying-server.ts"), {
    env: {
      ...{ PATH: process.env.PATH, NODE_COMPILE_CACHE: join(import.meta.dirname, "../../.cache/node") },
      ...{ DATABASE_URL: postgres.adminUrl, HOLDFAST_DATA: join(folder, "data"), PORT: String(port) },
      ...{ HOLDFAST_WEB: "off", HOLDFAST_AUTH_RATE_LIMIT: "0", LOG_LEVEL: "error" },
      ...{ HOLDFAST_ADMIN_EMAIL: email, HOLDFAST_ADMIN_PASSWORD: testPassword },
    },
  });
  await report<{ ready: true }>();
}

const report = async <R extends Report>() => ((await once(server, "message")) as [R])[0];

async function order(orders: Orders): Promise<void> {
  const answer = report();
  server.send(orders);
  await answer;
}

interface Story {
  name: string;
  bytes: Buffer;
  done: boolean;
  error: string;
}

/** One upload by the stock client, over however many restarts there are. */
async function upload(name: string, shape: (typeof shapes)[string], random: Random): Promise<Story> {
  const bytes = random.bytes(shape.size);
  const { promise, resolve } = Promise.withResolvers<{ done: boolean; error: string }>();
  new client.Upload(bytes, {
    endpoint: `http://127.0.0.1:${port}/api/v1/uploads`,
    headers: person.headers,
    metadata: { filename: name, lastModified: "2020-02-02T02:02:02.000Z" },
    retryDelays: Array<number>(600).fill(200),
    onShouldRetry: (error, attempt) => (error.originalResponse?.getStatus() ?? 503) !== 409 || attempt < 2,
    onError: (error) => resolve({ done: false, error: String(error) }),
    onSuccess: () => resolve({ done: true, error: "" }),
    ...shape.options,
  } as client.UploadOptions).start();
  return { name, bytes, ...(await promise) };
}

async function fileNamed(name: string): Promise<Buffer | null> {
  const { items } = await person.call(listFiles, { query: { q: name } });
  const file = items.find((item: File) => item.name === name);
  return file ? person.read(file.id) : null;
}

let counter = 0;

/** Lets the server die at this statement of an upload; then what the client was told has to be true. */
async function kill(how: string, orders: Orders, random: Random): Promise<boolean> {
  const shape = shapes[how] as (typeof shapes)[string];
  const name = `story ${++counter}.bin`;
  if (shape.taken) await person.put(name, "somebody else's");
  const exit = once(server, "exit");
  await order(orders);
  const telling = upload(name, shape, random);
  const died = await Promise.race([exit.then(() => true), telling.then(() => false)]);
  if (died) await startServer();
  else await order({ dieAt: 0, when: "before" });
  const story = await telling;
  const where = `${how}, statement ${orders.dieAt}, ${orders.when}: ${story.error}`;
  expect(story.done, where).toBe(!shape.taken);
  const stored = await fileNamed(name);
  const expected = shape.taken ? Buffer.from("somebody else's") : story.bytes;
  expect(stored?.equals(expected), where).toBe(true);
  if (!shape.taken || shape.size === 0) return died;
  const { items } = await person.call(listUploads, {});
  expect(
    items.some((item) => item.name === name && item.refusal?.code === "name_taken"),
    where,
  ).toBe(true);
  return died;
}

test("a kill between any two statements: what the stock client calls done is there", {
  timeout: 1_800_000,
}, async () => {
  console.log(`seed ${seed}`);
  const random = new Random(seed);
  const points: { how: string; orders: Orders }[] = [];
  for (const how of Object.keys(shapes)) {
    points.push(...(await statementsOf(how, random)));
  }
  const chosen = kills === "all" ? points : Array.from({ length: Number(kills) }, () => random.pick(points));
  let died = 0;
  for (const { how, orders } of chosen) if (await kill(how, orders, random)) died++;
  console.log(`${died} kills at ${points.length} points`);
  // A statement more or less is the pool's choice; nearly every point is met.
  expect(died).toBeGreaterThan(chosen.length * 0.7);
});

/** As many kill points as an undisturbed upload of this shape has statements, twice. */
async function statementsOf(how: string, random: Random): Promise<{ how: string; orders: Orders }[]> {
  const shape = shapes[how] as (typeof shapes)[string];
  const name = `story ${++counter}.bin`;
  if (shape.taken) await person.put(name, "somebody else's");
  await order({ dieAt: 0, when: "before" });
  await upload(name, shape, random);
  const answer = report<{ statements: number }>();
  server.send("count");
  const { statements } = await answer;
  return Array.from({ length: statements }, (_, i) => i + 1).flatMap((dieAt) =>
    (["before", "sent"] as const).map((when) => ({ how, orders: { dieAt, when } })),
  );
}
