import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { adminCreateUser } from "../../packages/contract/src/index.ts";
import { treeOf } from "../crash/support/process-tree.ts";
import { type Person, signIn, testPassword } from "../support/person.ts";
import { type Product, startProduct } from "../support/product.ts";
import { percentile, type Seen, Worker } from "./hostile/people.ts";
import { line, mark } from "./http/side-by-side.ts";

const seconds = Number(process.env.HOLDFAST_CROWD_SECONDS ?? 300);
const clients = Number(process.env.HOLDFAST_CROWD_CLIENTS ?? 200);
const email = "admin@example.org";
const minutesIdle = 2;

/**
 * HOLDFAST_CROWD_CLIENTS people at once, who store, list, read, rename, share, delete and sign in for HOLDFAST_CROWD_SECONDS: how long they wait, and what
 * all processes weigh (proportional set size, the pages' server included) before, during the work and two minutes after.
 */
export async function run(): Promise<void> {
  const env = { HOLDFAST_ADMIN_EMAIL: email, HOLDFAST_ADMIN_PASSWORD: testPassword, HOLDFAST_AUTH_RATE_LIMIT: "0" };
  const product = await startProduct({ web: true, env: { ...env, LOG_LEVEL: "error" } });
  try {
    const people = await makePeople(product);
    await sleep(minutesIdle * 60_000);
    const before = weightOf(product.pid);
    const seen: Seen = { latencies: new Map(), unexpected: [] };
    const until = performance.now() + seconds * 1000;
    let most = before;
    const weighing = setInterval(() => {
      const now = weightOf(product.pid);
      if (sumOf(now) > sumOf(most)) most = now;
    }, 5_000);
    await Promise.all(people.map((person) => new Worker(product.url, person).work(until, seen)));
    clearInterval(weighing);
    const justAfter = weightOf(product.pid);
    await sleep(minutesIdle * 60_000);
    const after = weightOf(product.pid);
    report(seen);
    line("idle before", text(before), mark(sumOf(before), 350, false));
    line("most during the work", text(most));
    line("just after", text(justAfter));
    line(`idle again, ${minutesIdle} minutes after`, text(after), mark(sumOf(after), 350, false));
  } finally {
    await product.stop();
  }
}

async function makePeople(product: Product): Promise<Person[]> {
  const admin = await signIn(product.url, email);
  const people: Person[] = [];
  for (let n = 0; n < clients; n++) {
    const body = { email: `person${n}@example.org`, password: testPassword, role: "user" as const };
    await admin.call(adminCreateUser, { body });
    people.push(await signIn(product.url, body.email));
  }
  return people;
}

function report({ latencies, unexpected }: Seen): void {
  const all = [...latencies.values()].flat();
  const p99 = percentile(all, 0.99);
  const figures = [`p50 ${percentile(all, 0.5).toFixed(0)} ms`, `p99 ${p99.toFixed(0)} ms`];
  line(`${clients} people, ${(all.length / seconds).toFixed(0)} requests/s`, ...figures, mark(p99, 500, false));
  for (const [action, took] of latencies) {
    line(`  ${action}`, `p50 ${percentile(took, 0.5).toFixed(0)} ms`, `p99 ${percentile(took, 0.99).toFixed(0)} ms`);
  }
  line("answers that were not as they should be", `${unexpected.length}`);
  for (const each of unexpected.slice(0, 5)) console.log(`  ${each}`);
}

type Weight = ReadonlyMap<string, number>;

const sumOf = (weight: Weight) => [...weight.values()].reduce((sum, each) => sum + each, 0);

const text = (weight: Weight) =>
  `${sumOf(weight).toFixed(0)} MiB (${[...weight].map(([name, mib]) => `${name} ${mib.toFixed(0)}`).join(", ")})`;

/** MiB of the process and all below it, each page that several share counted once. */
function weightOf(root: number): Weight {
  const weight = new Map<string, number>();
  for (const { pid, command } of treeOf(root)) {
    const child = /worker\.ts/.test(command) ? "worker" : /postgres/.test(command) ? "PostgreSQL" : "pages";
    const name = pid === root ? "API" : child;
    try {
      const kib = Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "latin1"))?.[1] ?? 0);
      weight.set(name, (weight.get(name) ?? 0) + kib / 1024);
    } catch {
      // It has just ended.
    }
  }
  return weight;
}
