import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { signIn, testPassword } from "../support/person.ts";
import { type Product, startProduct } from "../support/product.ts";
import { KeyedLoad } from "./support/keyed-load.ts";
import { Random } from "./support/random.ts";

/** A longer run: HOLDFAST_CRASH_KILLS=200; the same choices again: HOLDFAST_CRASH_SEED=<what was printed>. */
const kills = Number(process.env.HOLDFAST_CRASH_KILLS ?? 6);
const seed = Number(process.env.HOLDFAST_CRASH_SEED ?? Math.floor(Math.random() * 2 ** 31));
const email = "admin@example.org";

let product: Product;
beforeAll(async () => {
  product = await startProduct({
    env: {
      HOLDFAST_ADMIN_EMAIL: email,
      HOLDFAST_ADMIN_PASSWORD: testPassword,
      HOLDFAST_AUTH_RATE_LIMIT: "0",
      LOG_LEVEL: "error",
    },
  });
});
afterAll(() => product.stop());

test(`${kills} kills of the API among requests with an Idempotency-Key, each sent until it is answered: nothing is made twice`, {
  timeout: 60_000 + kills * 30_000,
}, async () => {
  console.log(`seed ${seed}`);
  const random = new Random(seed);
  const load = await KeyedLoad.start(await signIn(product.url, email), random);
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
  console.log(`${kills} kills: ${Object.entries(table).map(([kind, { keys, things }]) => `${kind} ${things} of ${keys} keys`).join(", ")}`);
  expect(wrong).toEqual([]);
});
