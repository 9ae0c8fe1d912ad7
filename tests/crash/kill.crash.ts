import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createFolder } from "../../packages/contract/src/index.ts";
import { type Person, signIn, testPassword } from "../support/person.ts";
import { type Product, startProduct } from "../support/product.ts";
import { Ledger } from "./support/ledger.ts";
import { Client, type World } from "./support/load.ts";
import { kill, type Victim } from "./support/process-tree.ts";
import { Random } from "./support/random.ts";

/** A longer run: HOLDFAST_CRASH_KILLS=1000; the same one again: HOLDFAST_CRASH_SEED=<what was printed>. */
const kills = Number(process.env.HOLDFAST_CRASH_KILLS ?? 5);
const seed = Number(process.env.HOLDFAST_CRASH_SEED ?? Math.floor(Math.random() * 2 ** 31));
const email = "admin@example.org";
/** From the kill until requests are served again: usually, and on a machine that has other things to do at the time. */
const readyWithinMs = { median: 10_000, longest: 40_000 };

let product: Product;
beforeAll(async () => {
  product = await startProduct({
    env: {
      HOLDFAST_ADMIN_EMAIL: email,
      HOLDFAST_ADMIN_PASSWORD: testPassword,
      HOLDFAST_AUTH_RATE_LIMIT: "0",
      LOG_LEVEL: "info",
    },
  });
});
afterAll(() => product.stop());

test(`${kills} kills at random instants of writes lose and break nothing`, {
  timeout: 60_000 + kills * 30_000,
}, async () => {
  console.log(`seed ${seed}`);
  const random = new Random(seed);
  const ledger = new Ledger();
  let person = await signIn(product.url, email);
  const folders: string[] = [];
  for (const name of ["a", "b", "c"]) folders.push((await person.call(createFolder, { body: { name } })).id);
  const world: World = { person, folders, ledger, random, acknowledged: 0, stopped: false };
  const clients = Array.from({ length: 6 }, () => new Client(world));
  const waits: number[] = [];
  let bytes = 0;

  for (let round = 1; round <= kills; round++) {
    const victim: Victim =
      round % 4 === 0 ? "everything" : random.pick(["everything", "api", "worker", "postgres"] as const);
    world.stopped = false;
    const running = clients.map((client) => client.run());
    // A fault of the product ends the round at once.
    const failed = Promise.all(running);
    failed.catch(() => {});
    await Promise.race([sleep(100 + random.below(1200)), failed.then(() => new Promise(() => {}))]);
    const began = performance.now();
    expect(kill(product.pid, victim)).toBeGreaterThan(0);
    // Whoever survives is asked on for a moment, while the rest notices.
    if (victim === "worker" || victim === "postgres") await sleep(200);
    world.stopped = true;
    await failed;
    // At once, as an operator or a supervisor would, whatever of the former run is still ending.
    if (victim === "api" || victim === "everything") {
      product = await product.restart();
    }
    world.person = person = await ready(began);
    if (process.env.HOLDFAST_CRASH_TALK)
      console.log(`${round}: ${victim}, ready after ${(performance.now() - began).toFixed(0)} ms`);
    waits.push(performance.now() - began);
    bytes += await ledger.verify(person, folders);
  }
  waits.sort((a, b) => a - b);
  console.log(
    `${kills} kills, ${world.acknowledged} acknowledged requests, ${(bytes / 1e6).toFixed(0)} MB compared; ready again after ${(waits[waits.length >> 1] as number).toFixed(0)} ms (median), ${(waits.at(-1) as number).toFixed(0)} ms (longest)`,
  );
  expect(waits[waits.length >> 1]).toBeLessThan(readyWithinMs.median);
  expect(waits.at(-1)).toBeLessThan(readyWithinMs.longest);
  expect(world.acknowledged).toBeGreaterThan(kills);
});

/** Resolves with somebody signed in: the proof that the product takes requests again. */
async function ready(began: number): Promise<Person> {
  for (let last = ""; ; await sleep(20)) {
    const answer = await fetch(`${product.url}/readyz`).catch(() => null);
    if (answer?.ok) {
      try {
        return await signIn(product.url, email);
      } catch (error) {
        last = String(error);
      }
    }
    if (performance.now() - began < 60_000) continue;
    throw new Error(`not ready after a minute: ${await answer?.text()} ${last}\n${product.output().slice(-3000)}`);
  }
}
