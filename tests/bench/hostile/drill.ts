import { spawn } from "node:child_process";
import { once } from "node:events";
import { lstatSync, readdirSync, readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { adminCreateUser, createFolder, createShare } from "../../../packages/contract/src/index.ts";
import { treeOf } from "../../crash/support/process-tree.ts";
import { type Person, signIn, testPassword } from "../../support/person.ts";
import { type Product, startProduct } from "../../support/product.ts";
import type { Attack, AttackReport } from "./attackers.ts";
import { percentile, type Seen, Worker } from "./people.ts";

export interface DrillOptions {
  readonly seconds: number;
  readonly clients: number;
}

export interface DrillReport {
  readonly quiet: Latencies;
  readonly attacked: Latencies;
  /** What ordinary people were answered that they should not have been. */
  readonly unexpected: readonly string[];
  /** Whether each of them is still signed in with the token that they had, and can sign in again. */
  readonly signedOut: number;
  /** Largest resident set of each process in MiB (of PostgreSQL's, that of the largest), quiet and under attack. */
  readonly memory: ReadonlyMap<string, { quiet: number; attacked: number }>;
  /** MiB by which the database and the other files of the data folder have grown. */
  readonly grown: { readonly database: number; readonly files: number };
  readonly attack: AttackReport;
  /** Per cent of all processors under attack, by whose they were. What is missing was idle, or others' of this machine. */
  readonly processors: ReadonlyMap<string, number>;
}

interface Latencies {
  readonly requests: number;
  readonly p50: number;
  readonly p99: number;
  /** The p99 of each thing that people do. */
  readonly byAction: ReadonlyMap<string, number>;
}

const people = 10;
const accounts = 4;
const email = "admin@example.org";
const MiB = 2 ** 20;

/**
 * Ten people work on an installation, first alone, and then among hostile clients, which have a process of their own with less priority.
 */
export async function runDrill({ seconds, clients }: DrillOptions): Promise<DrillReport> {
  const product = await startProduct({
    env: { HOLDFAST_ADMIN_EMAIL: email, HOLDFAST_ADMIN_PASSWORD: testPassword, LOG_LEVEL: "error" },
  });
  try {
    return await runOn(product, seconds, clients);
  } finally {
    await product.stop();
  }
}

async function runOn(product: Product, seconds: number, clients: number): Promise<DrillReport> {
  const admin = await signIn(product.url, email);
  const make = async (name: string) => {
    const body = { email: `${name}@example.org`, password: testPassword, role: "user" as const };
    await admin.call(adminCreateUser, { body });
    return signIn(product.url, body.email);
  };
  const ordinary: Person[] = [];
  for (let n = 0; n < people; n++) ordinary.push(await make(`person${n}`));
  const hostile: Person[] = [];
  for (let n = 0; n < accounts; n++) hostile.push(await make(`hostile${n}`));
  const attack = await prepare(product.url, hostile, ordinary, seconds, clients);

  const memory = watchMemory(product.pid);
  const before = sizesOf(product.dataDir);
  const work = async (): Promise<Seen> => {
    const seen: Seen = { latencies: new Map(), unexpected: [] };
    const until = performance.now() + seconds * 1000;
    await Promise.all(ordinary.map((person) => new Worker(product.url, person).work(until, seen)));
    return seen;
  };
  const quiet = await work();
  memory.attacked = true;
  const cpuBefore = cpuSecondsOf(product.pid);
  const ownBefore = process.cpuUsage();
  const attackers = spawn(process.execPath, [join(import.meta.dirname, "attackers.ts"), JSON.stringify(attack)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let told = "";
  attackers.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    told += chunk;
  });
  const ended = once(attackers, "close");
  const attacked = await work();
  await ended;
  const report = JSON.parse(told) as AttackReport;
  const after = sizesOf(product.dataDir);
  const taken = new Map([...cpuSecondsOf(product.pid)].map(([name, to]) => [name, to - (cpuBefore.get(name) ?? 0)]));
  taken.set("attackers", report.cpuSeconds).set("people", process.cpuUsage(ownBefore).user / 1e6);
  const share = (cpuSeconds: number) => (100 * cpuSeconds) / (seconds * availableParallelism());

  let signedOut = 0;
  for (const person of ordinary) {
    const known = (await person.fetch("/api/v1/me")).ok;
    const again = await signIn(product.url, person.email).then(
      () => true,
      () => false,
    );
    if (!known || !again) signedOut++;
  }
  return {
    quiet: latenciesOf(quiet),
    attacked: latenciesOf(attacked),
    unexpected: [...quiet.unexpected, ...attacked.unexpected],
    signedOut,
    memory: memory.stop(),
    grown: { database: (after.database - before.database) / MiB, files: (after.files - before.files) / MiB },
    attack: report,
    processors: new Map([...taken].map(([name, cpuSeconds]) => [name, share(cpuSeconds)])),
  };
}

/** What the attackers have before they begin: some files, a link, and a folder that makes a large archive. */
async function prepare(
  url: string,
  hostile: Person[],
  victims: Person[],
  seconds: number,
  clients: number,
): Promise<Attack> {
  const files: string[] = [];
  const folders: string[] = [];
  for (const person of hostile) {
    files.push((await person.put("large", Buffer.alloc(16 * MiB))).id);
    const { id } = await person.call(createFolder, { body: { name: "folder" } });
    folders.push(id);
    for (let n = 0; n < 50; n++)
      await person.call(createFolder, { body: { name: `an inner folder ${n}`, parentId: id } });
  }
  const { token: link } = await (hostile[0] as Person).call(createShare, {
    body: { fileId: folders[0] as string, linkType: "permanent", password: testPassword },
  });
  const doublings = seconds > 100 ? 23 : 9;
  const tokens = hostile.map(({ token }) => token);
  return {
    url,
    seconds,
    clients,
    tokens,
    victims: victims.map((person) => person.email),
    files,
    folders,
    link,
    doublings,
  };
}

function latenciesOf({ latencies }: Seen): Latencies {
  const all = [...latencies.values()].flat();
  const byAction = new Map([...latencies].map(([action, took]) => [action, percentile(took, 0.99)]));
  return { requests: all.length, p50: percentile(all, 0.5), p99: percentile(all, 0.99), byAction };
}

/** Looks at the processes of the product twice a second. */
function watchMemory(pid: number) {
  const memory = new Map<string, { quiet: number; attacked: number }>();
  const watch = {
    attacked: false,
    stop() {
      clearInterval(timer);
      return memory;
    },
  };
  const look = () => {
    for (const { pid: id, name } of processesOf(pid)) {
      const most = memory.get(name) ?? { quiet: 0, attacked: 0 };
      const phase = watch.attacked ? "attacked" : "quiet";
      // Without what PostgreSQL's processes share with each other.
      most[phase] = Math.max(most[phase], residentOf(id));
      memory.set(name, most);
    }
  };
  const timer = setInterval(look, 500);
  return watch;
}

function processesOf(root: number): { pid: number; name: string }[] {
  return treeOf(root).flatMap(({ pid, command }) => {
    if (pid === root) return [{ pid, name: "API" }];
    if (/worker/.test(command)) return [{ pid, name: "worker" }];
    return /postgres/.test(command) ? [{ pid, name: "PostgreSQL" }] : [];
  });
}

/** User and system time of what runs now. */
function cpuSecondsOf(root: number): Map<string, number> {
  const sums = new Map<string, number>();
  for (const { pid, name } of processesOf(root)) {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
      const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      sums.set(name, (sums.get(name) ?? 0) + (Number(fields[11]) + Number(fields[12])) / 100);
    } catch {
      // It has just ended.
    }
  }
  return sums;
}

function residentOf(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "latin1");
    return Number(/RssAnon:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

/** Bytes of the database and of all else. */
function sizesOf(dataDir: string): { database: number; files: number } {
  const sizes = { database: 0, files: 0 };
  for (const name of readdirSync(dataDir, { recursive: true, encoding: "utf8" })) {
    try {
      const { size } = lstatSync(join(dataDir, name));
      sizes[name.startsWith("postgres") ? "database" : "files"] += size;
    } catch {
      // It has just been removed.
    }
  }
  return sizes;
}

export function printReport({ seconds, clients }: DrillOptions, report: DrillReport): void {
  const { quiet, attacked, grown } = report;
  const ms = (value: number) => `${value.toFixed(0)} ms`;
  console.log(`${people} people for ${seconds} s, then among ${clients} hostile clients for ${seconds} s`);
  console.log(`quiet          p50 ${ms(quiet.p50)}, p99 ${ms(quiet.p99)} of ${quiet.requests} requests`);
  console.log(`under attack   p50 ${ms(attacked.p50)}, p99 ${ms(attacked.p99)} of ${attacked.requests} requests`);
  console.log(`ratio of p99   ${(attacked.p99 / quiet.p99).toFixed(1)}`);
  const pairs = [...attacked.byAction].map(
    ([action, p99]) => `${action} ${ms(quiet.byAction.get(action) ?? 0)} → ${ms(p99)}`,
  );
  console.log(`p99 by action  ${pairs.join(", ")}`);
  const shares = [...report.processors].map(([name, percent]) => `${name} ${percent.toFixed(0)} %`);
  console.log(`processors     ${shares.join(", ")}; the attackers have less priority than the server`);
  console.log(`signed out     ${report.signedOut}; unexpected answers: ${report.unexpected.length}`);
  for (const line of [...new Set(report.unexpected)].slice(0, 10)) console.log(`  ${line}`);
  for (const [name, most] of report.memory) {
    console.log(
      `memory         ${name}: ${most.quiet.toFixed(0)} MiB quiet, ${most.attacked.toFixed(0)} MiB under attack`,
    );
  }
  console.log(`grown          database ${grown.database.toFixed(0)} MiB, files ${grown.files.toFixed(0)} MiB`);
  for (const [kind, statuses] of Object.entries(report.attack.answers)) {
    console.log(
      `  ${kind}: ${Object.entries(statuses)
        .map(([status, times]) => `${status} × ${times}`)
        .join(", ")}`,
    );
  }
}
