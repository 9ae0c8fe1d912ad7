import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Postgres, startPostgres } from "@holdfast/postgres";
import { afterAll, beforeAll, expect, test } from "vitest";
import { signIn, testPassword } from "../support/person.ts";
import { type Product, startProduct } from "../support/product.ts";
import { KeyedLoad } from "./support/keyed-load.ts";
import { Random } from "./support/random.ts";

/** A longer run: HOLDFAST_CRASH_KILLS=200; the same choices again: HOLDFAST_CRASH_SEED=<what was printed>. */
const kills = Number(process.env.HOLDFAST_CRASH_KILLS ?? 3);
const seed = Number(process.env.HOLDFAST_CRASH_SEED ?? Math.floor(Math.random() * 2 ** 31));
const email = "admin@example.org";

/** The API alone: what it had begun in the database outlives it, and it is back sooner. */
let postgres: Postgres;
let product: Product;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "holdfast-once-crash-"));
  postgres = await startPostgres({ dataDir: join(folder, "postgres"), log: () => {} });
  product = await startProduct({
    env: {
      DATABASE_URL: postgres.url,
      HOLDFAST_ROLE: "api",
      HOLDFAST_ADMIN_EMAIL: email,
      HOLDFAST_ADMIN_PASSWORD: testPassword,
      HOLDFAST_AUTH_RATE_LIMIT: "0",
      LOG_LEVEL: "info",
    },
  });
});
afterAll(async () => {
  await product?.stop();
  await postgres?.stop();
  await rm(folder, { recursive: true, force: true });
});

test(`${kills} kills of the API among requests with an Idempotency-Key, each sent until it is answered: nothing is made twice`, {
  timeout: 120_000 + kills * 60_000,
}, async () => {
  console.log(`seed ${seed}`);
  const random = new Random(seed);
  const admin = await signIn(product.url, email);
  const load = await KeyedLoad.start(() => admin, random);
  const clients = Promise.all(Array.from({ length: 8 }, () => load.run()));
  clients.catch(() => {});
  for (let kill = 0; kill < kills; kill++) {
    await Promise.race([sleep(100 + random.below(900)), clients]);
    await product.kill9();
    product = await product.restart();
  }
  load.stopped = true;
  await clients;
  const { table, wrong } = await load.compare();
  const counts = Object.entries(table).map(([kind, { keys, things }]) => `${kind} ${things} of ${keys} keys`);
  console.log(`${kills} kills: ${counts.join(", ")}`);
  expect(wrong).toEqual([]);
});
