import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type File, listFiles } from "../../packages/contract/src/index.ts";
import { type Person, registerPerson, signIn, testPassword } from "../support/person.ts";
import { type Product, startProduct } from "../support/product.ts";
import { hashOf } from "./support/ledger.ts";
import { kill, type Victim } from "./support/process-tree.ts";
import { Random } from "./support/random.ts";
import { planUpload, sendUpload, type Told } from "./support/told-uploads.ts";

/** A longer run: HOLDFAST_CRASH_KILLS=40; the same one again: HOLDFAST_CRASH_SEED=<what was printed>. */
const kills = Number(process.env.HOLDFAST_CRASH_KILLS ?? 3);
const seed = Number(process.env.HOLDFAST_CRASH_SEED ?? Math.floor(Math.random() * 2 ** 31));
const uploadsPerKill = 25;
const atOnce = 8;
const email = "admin@example.org";

let product: Product;
beforeAll(async () => {
  product = await startProduct({
    env: {
      HOLDFAST_ADMIN_EMAIL: email,
      HOLDFAST_ADMIN_PASSWORD: testPassword,
      HOLDFAST_AUTH_RATE_LIMIT: "0",
      SIGNUP: "open",
      LOG_LEVEL: "info",
    },
  });
});
afterAll(() => product?.stop());

test(`what the stock tus client calls done is there after ${kills} kills, byte by byte`, {
  timeout: 120_000 + kills * 60_000,
}, async () => {
  console.log(`seed ${seed}`);
  const random = new Random(seed);
  const admin = await signIn(product.url, email);
  const person = await registerPerson(product.url);
  const told: Told[] = [];
  for (let round = 0; round < kills; round++) {
    const plans = Array.from({ length: uploadsPerKill }, (_, i) => planUpload(random, round * uploadsPerKill + i));
    const bounded = plans.some(({ meets }) => meets === "less quota") ? await registerPerson(product.url) : person;
    const working = Array.from({ length: atOnce }, async () => {
      for (let plan = plans.pop(); plan; plan = plans.pop()) {
        const whose = plan.meets === "less quota" ? bounded : person;
        told.push(await sendUpload(whose, admin, product.url, plan));
      }
    });
    const victim: Victim = random.pick(["api", "api", "api", "everything", "postgres"] as const);
    await sleep(50 + random.below(900));
    expect(kill(product.pid, victim)).toBeGreaterThan(0);
    if (victim !== "postgres") product = await product.restart();
    await Promise.all(working);
    await ready();
  }
  const missing: string[] = [];
  const done = told.filter((upload) => upload.done);
  const people = new Map(told.map((upload) => [upload.person.id, upload.person]));
  for (const each of people.values()) {
    const stored = await hashesOf(each);
    for (const { plan, person: whose } of done)
      if (whose === each && stored.get(plan.name) !== hashOf(plan.bytes))
        missing.push(`${plan.name}, ${plan.bytes.length} bytes, ${plan.how}, met ${plan.meets}`);
  }
  console.log(
    `${kills} kills, ${told.length} uploads: ${done.length} told as done, ${told.length - done.length} refused, ${missing.length} told and missing`,
  );
  expect(missing).toEqual([]);
  expect(done.length).toBeGreaterThan(told.length / 2);
});

/** Waits until the product takes requests again. */
async function ready(): Promise<void> {
  for (const end = performance.now() + 60_000; ; await sleep(50)) {
    if (await signIn(product.url, email).catch(() => null)) return;
    if (performance.now() > end) throw new Error(`not ready after a minute\n${product.output().slice(-3000)}`);
  }
}

/** Of every file there is, from its bytes, by name. */
async function hashesOf(person: Person): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (let cursor: string | undefined; ; ) {
    const page: { items: File[]; nextCursor: string | null } = await person.call(listFiles, {
      query: { limit: 1000, ...(cursor ? { cursor } : {}) },
    });
    for (const { id, name } of page.items) found.set(name, hashOf(await person.read(id)));
    if (page.nextCursor === null) return found;
    cursor = page.nextCursor;
  }
}
