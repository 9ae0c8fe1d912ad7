import { execFile, execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { type Person, signIn, testPassword } from "../../support/person.ts";
import { freePort, type Product, startProduct } from "../../support/product.ts";
import type { Measured, Orders } from "./load-client.ts";

export const serverCore = "0";
export const clientCore = "1";
const exec = promisify(execFile);

/** Holdfast, as `npm start` runs it, with its API pinned to one core; and a folder for what a bench needs. */
export interface Bench {
  readonly folder: string;
  readonly product: Product;
  readonly person: Person;
  readonly port: number;
  /** The header of a request by `person`, as it stands on the wire. */
  readonly authorization: string;
  /** CPU seconds that the API has used so far. */
  cpu(): number;
  close(): Promise<void>;
}

export async function startBench(more: Record<string, string> = {}): Promise<Bench> {
  const folder = mkdtempSync(join(process.env.HOLDFAST_BENCH_FOLDER ?? tmpdir(), "holdfast-bench-"));
  const email = "bench@example.org";
  const env = { HOLDFAST_ADMIN_EMAIL: email, HOLDFAST_ADMIN_PASSWORD: testPassword, LOG_LEVEL: "warn", ...more };
  const product = await startProduct({ dataDir: join(folder, "data"), env });
  // The API alone, with all its threads: PostgreSQL and the worker have the machine, as they would have on a larger one.
  execFileSync("taskset", ["-acp", serverCore, String(product.pid)]);
  const person = await signIn(product.url, email);
  return {
    ...{ folder, product, person },
    authorization: `authorization: ${person.headers.authorization}`,
    port: Number(new URL(product.url).port),
    cpu: () => cpuOf(product.pid),
    async close() {
      await product.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export interface Peer {
  readonly port: number;
  readonly folder: string;
  cpu(): number;
  close(): Promise<void>;
}

/** Debian's nginx on the same core: sendfile out, DAV PUT in; neither sign-in nor database, hash nor fsync. */
async function startNginx(folder: string): Promise<Peer> {
  const port = await freePort();
  const root = join(folder, "nginx");
  for (const name of ["files", "temp"]) mkdirSync(join(root, name), { recursive: true, mode: 0o777 });
  const config = `daemon off; worker_processes 1; pid ${root}/pid; error_log ${root}/error.log; events { worker_connections 512; }
http { access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000; client_max_body_size 0; client_body_temp_path ${root}/temp;
  server { listen 127.0.0.1:${port}; root ${root}/files; dav_methods PUT; create_full_put_path on; } }`;
  writeFileSync(join(root, "conf"), process.getuid?.() === 0 ? `user root; ${config}` : config);
  const child = spawn("taskset", ["-c", serverCore, "nginx", "-c", join(root, "conf")], {
    stdio: "ignore",
    env: { PATH: `${process.env.PATH}:/usr/sbin` },
  });
  for (let tries = 0; ; tries++) {
    if (await fetch(`http://127.0.0.1:${port}/`).catch(() => null)) break;
    if (tries > 100) throw new Error(`nginx did not start: ${readFileSync(join(root, "error.log"), "utf8")}`);
    await sleep(50);
  }
  const master = Number(readFileSync(join(root, "pid"), "utf8"));
  const worker = Number(readFileSync(`/proc/${master}/task/${master}/children`, "utf8").trim().split(" ")[0]);
  return {
    ...{ port, folder: join(root, "files") },
    cpu: () => cpuOf(worker),
    async close() {
      process.kill(master, "SIGQUIT");
      await new Promise((resolve) => child.once("exit", resolve));
    },
  };
}

/** Starts both for as long as `work` takes. */
export async function sideBySide(work: (bench: Bench, nginx: Peer) => Promise<void>): Promise<void> {
  const bench = await startBench();
  try {
    const nginx = await startNginx(bench.folder);
    try {
      await work(bench, nginx);
    } finally {
      await nginx.close();
    }
  } finally {
    await bench.close();
  }
}

function cpuOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

/** The lean client on the other core. Throws where anything was refused. */
export async function load(orders: Orders): Promise<Measured> {
  const program = join(import.meta.dirname, "load-client.ts");
  const { stdout, stderr } = await exec("taskset", [
    "-c",
    clientCore,
    process.execPath,
    program,
    JSON.stringify(orders),
  ]);
  const measured = JSON.parse(stdout) as Measured;
  if (measured.refused > 0) throw new Error(`${measured.refused} requests were refused: ${stderr}`);
  return measured;
}

/** As `load`, beside something else that is measured: for as long as `work` takes. Throws where it ended before. */
export async function loadDuring<T>(orders: Omit<Orders, "requests">, work: () => Promise<T>): Promise<T> {
  const program = join(import.meta.dirname, "load-client.ts");
  const text = JSON.stringify({ ...orders, requests: Number.MAX_SAFE_INTEGER });
  const child = spawn("taskset", ["-c", clientCore, process.execPath, program, text], { stdio: "ignore" });
  try {
    const result = await work();
    if (child.exitCode !== null) throw new Error("the load beside it ended too early");
    return result;
  } finally {
    child.kill("SIGKILL");
  }
}

/** One transfer by curl on the other core; seconds. */
export async function curl(args: string[]): Promise<number> {
  const { stdout } = await exec("taskset", [
    "-c",
    clientCore,
    "curl",
    "-sS",
    "-f",
    "-o",
    "/dev/null",
    "-w",
    "%{time_total}",
    ...args,
  ]);
  return Number(stdout);
}

export const rounds = Number(process.env.HOLDFAST_BENCH_ROUNDS ?? 5);
const GiB = 1024 ** 3;

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] as number;
}

export function line(name: string, ...parts: string[]): void {
  console.log([name.padEnd(38), ...parts].join("  "));
}

export function mark(value: number, wanted: number, higherIsBetter = true): string {
  const holds = higherIsBetter ? value >= wanted : value <= wanted;
  return `mark ${wanted}: ${holds ? "holds" : "FALLS SHORT"}`;
}

/** A file of 1 GiB that nothing can compress or has seen before. */
export function writeLarge(path: string): void {
  execFileSync("dd", ["if=/dev/urandom", `of=${path}`, "bs=4M", "count=256"], { stdio: "ignore" });
}

interface Transfers {
  /** Moves 1 GiB; seconds. */
  ours(): Promise<number>;
  theirs(): Promise<number>;
}

/** Moves 1 GiB by turns and writes down the speed and the CPU of both; the mark is for the ratio of their speeds. */
export async function largeByTurns(
  what: string,
  bench: Bench,
  nginx: Peer,
  transfers: Transfers,
  wanted: number,
): Promise<void> {
  const ours: number[] = [];
  const theirs: number[] = [];
  const cpu = { ours: 0, theirs: 0 };
  for (let round = 0; round < rounds; round++) {
    const before = { ours: bench.cpu(), theirs: nginx.cpu() };
    theirs.push(await transfers.theirs());
    ours.push(await transfers.ours());
    cpu.ours += bench.cpu() - before.ours;
    cpu.theirs += nginx.cpu() - before.theirs;
  }
  const speed = (seconds: number[]) => GiB / median(seconds) / 1e9;
  const ratio = speed(ours) / speed(theirs);
  line(
    `${what} of 1 GiB, GB/s`,
    `Holdfast ${speed(ours).toFixed(2)}`,
    `nginx ${speed(theirs).toFixed(2)}`,
    `ratio ${ratio.toFixed(2)}`,
    mark(ratio, wanted),
  );
  line("  CPU s/GiB", `Holdfast ${(cpu.ours / rounds).toFixed(2)}`, `nginx ${(cpu.theirs / rounds).toFixed(2)}`);
}
