import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createFolder, me } from "../../packages/contract/src/index.ts";
import { signIn, testPassword } from "../support/person.ts";
import { type Product, startProduct } from "../support/product.ts";
import { KeyedLoad } from "./support/keyed-load.ts";
import { BackupClient } from "./support/mixed/backup-client.ts";
import { Book, hashOf } from "./support/mixed/book.ts";
import { FileClient } from "./support/mixed/file-client.ts";
import { ShareClient } from "./support/mixed/share-client.ts";
import { TusClient } from "./support/mixed/tus-client.ts";
import { Faults, run, type World } from "./support/mixed/world.ts";
import { kill, type Victim } from "./support/process-tree.ts";
import { Random } from "./support/random.ts";

/**
 * Every process is killed in turn of chance while people do everything at once. Their clients ask again until they are answered, so that after
 * each kill everything is known: what was acknowledged is there, and nothing else is.
 *
 * A longer run: HOLDFAST_CRASH_KILLS=300; the same choices again: HOLDFAST_CRASH_SEED=<what was printed>; each kill told: HOLDFAST_CRASH_TALK=1.
 */
const kills = Number(process.env.HOLDFAST_CRASH_KILLS ?? 4);
const seed = Number(process.env.HOLDFAST_CRASH_SEED ?? Math.floor(Math.random() * 2 ** 31));
const email = "admin@example.org";
/** From the kill until requests are served again: usually, and on a machine that has other things to do at the time. */
const readyWithinMs = { median: 10_000, longest: 40_000 };
const withPages = existsSync(join(import.meta.dirname, "../../apps/web/.next/standalone/apps/web/server.js"));
const victims: Victim[] = ["api", "worker", "postgres", ...(withPages ? (["pages"] as const) : [])];

let product: Product;
beforeAll(async () => {
  product = await startProduct({
    web: withPages,
    env: {
      HOLDFAST_ADMIN_EMAIL: email,
      HOLDFAST_ADMIN_PASSWORD: testPassword,
      HOLDFAST_AUTH_RATE_LIMIT: "0",
      LOG_LEVEL: "error",
    },
  });
});
afterAll(() => product?.stop());

test(`${kills} kills of ${victims.join(", ")} under mixed load: all that was acknowledged is there, once`, {
  timeout: 300_000 + kills * 120_000,
}, async () => {
  console.log(`seed ${seed}`);
  const random = new Random(seed);
  const faults = new Faults();
  const person = await signIn(product.url, email);
  const folders: string[] = [];
  for (const name of ["a", "b", "c"]) folders.push((await person.call(createFolder, { body: { name } })).id);
  const world: World = { url: product.url, person, random, faults, folders, acknowledged: 0, stopped: false };
  const bytes = random.bytes(150_000);
  const shared = { id: (await person.put("shared", bytes)).id, hash: hashOf(bytes) };

  const book = new Book();
  const shares = new ShareClient(world, shared);
  const backups = new BackupClient(world);
  const keyed = await KeyedLoad.start(() => world.person, random);
  const clients = [
    ...Array.from({ length: 3 }, () => new FileClient(world, book)),
    ...Array.from({ length: 2 }, () => new TusClient(world, book)),
    ...[shares, backups, keyed, keyed],
  ];

  const killed = new Map<Victim, number>();
  const waits: number[] = [];
  let compared = 0;
  for (let round = 1; round <= kills; round++) {
    world.stopped = false;
    const running = Promise.all(clients.map((client) => run(world, client)));
    running.catch(() => {});
    await Promise.race([sleep(200 + random.below(1500)), running]);
    // Each of them in the first rounds, then as it comes: the API more often, for it is what acknowledges.
    const victim = victims[round - 1] ?? random.pick(["api", ...victims] as const);
    const began = performance.now();
    if (kill(product.pid, victim) === 0) faults.add("nothing to kill", victim);
    killed.set(victim, (killed.get(victim) ?? 0) + 1);
    if (victim === "api") product = await product.restart();
    await backAgain(world, victim);
    waits.push(performance.now() - began);
    world.stopped = true;
    await running;
    world.person = await signIn(product.url, email);
    compared += await book.compare(world);
    await shares.compare();
    if (process.env.HOLDFAST_CRASH_TALK)
      console.log(
        `${round}: ${victim}, back after ${(waits.at(-1) as number).toFixed(0)} ms; ${faults.lines().join("; ")}`,
      );
  }
  await backups.compare();
  const { table, wrong } = await keyed.compare();
  for (const line of wrong) faults.add("made by key", line);

  waits.sort((a, b) => a - b);
  const [median, longest] = [waits[waits.length >> 1] as number, waits.at(-1) as number];
  console.log(
    [
      `kills: ${[...killed].map(([victim, count]) => `${count} ${victim}`).join(", ")}`,
      `${world.acknowledged} acknowledged requests, ${(compared / 1e6).toFixed(0)} MB compared`,
      `by key: ${Object.entries(table)
        .map(([kind, { keys, things }]) => `${kind} ${things} of ${keys}`)
        .join(", ")}`,
      `back after ${median.toFixed(0)} ms (median), ${longest.toFixed(0)} ms (longest)`,
      `faults: ${faults.lines().join("\n  ") || "none"}`,
    ].join("\n"),
  );
  expect(faults.lines()).toEqual([]);
  expect(world.acknowledged).toBeGreaterThan(kills);
  expect(median, "back again, usually").toBeLessThan(readyWithinMs.median);
  expect(longest, "back again at the latest").toBeLessThan(readyWithinMs.longest);
});

/** Resolves when people are served again, by what was killed as well. */
async function backAgain({ url, person, faults }: World, victim: Victim): Promise<void> {
  for (const end = performance.now() + 120_000; performance.now() < end; await sleep(20)) {
    const ready = await fetch(`${url}/readyz`).catch(() => null);
    await ready?.arrayBuffer();
    if (!ready?.ok || !(await person.call(me).catch(() => null))) continue;
    if (victim !== "pages") return;
    const page = await fetch(`${url}/`).catch(() => null);
    await page?.arrayBuffer();
    if (page?.ok) return;
  }
  faults.add("not back after two minutes", victim);
}
