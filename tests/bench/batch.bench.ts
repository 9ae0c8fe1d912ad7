import { execFile, execFileSync, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { createFolder } from "../../packages/contract/src/index.ts";
import { freePort } from "../support/product.ts";
import type { BatchOrders } from "./http/batch-client.ts";
import {
  type Bench,
  clientCore,
  line,
  load,
  mark,
  median,
  rounds,
  serverCore,
  startBench,
} from "./http/side-by-side.ts";

const files = Number(process.env.HOLDFAST_BENCH_FILES ?? 10_000);
const folders = Math.min(100, files);
const filesEach = Math.floor(files / folders);
const bytes = 8 * 1024;
const exec = promisify(execFile);

/** `rclone copy` sends its WebDAV requests at least 10 ms apart, whatever the server can do: with more files it only takes longer. */
const copied = Math.min(5, filesEach);

/**
 * Many files of 8 KiB in a hundred folders: in archives, beside one request for each, beside `rclone copy` to `rclone serve webdav`, and beside
 * the same server by PUT, which neither asks who sends it nor flushes. By turns, each server on one core and its client on the other; medians.
 */
export async function run(): Promise<void> {
  const bench = await startBench();
  try {
    const peer = await startRclone(bench.folder);
    try {
      await byTurns(bench, peer);
    } finally {
      await peer.close();
    }
  } finally {
    await bench.close();
  }
}

async function byTurns(bench: Bench, peer: Rclone): Promise<void> {
  const seconds = { batch: [] as number[], single: [] as number[], rclone: [] as number[], put: [] as number[] };
  const cpu = { batch: 0, single: 0 };
  for (let round = 0; round < rounds; round++) {
    const start = bench.cpu();
    seconds.batch.push(await inBatches(bench, round));
    const between = bench.cpu();
    seconds.single.push(await oneByOne(bench, round));
    cpu.batch += between - start;
    cpu.single += bench.cpu() - between;
    seconds.rclone.push(await peer.copy(round));
    seconds.put.push(await peer.put(round));
  }
  const count = folders * filesEach;
  const speed = (values: number[], sent = count) => Math.round(sent / median(values));
  const name = `${count} x 8 KiB, files/s`;
  const [batch, single, rclone] = [
    speed(seconds.batch),
    speed(seconds.single),
    speed(seconds.rclone, folders * copied),
  ];
  line(name, `batch ${batch}`, `one by one ${single}`, `ratio ${(batch / single).toFixed(2)}`, mark(batch / single, 2));
  line(name, `batch ${batch}`, `rclone ${rclone}`, `ratio ${(batch / rclone).toFixed(2)}`, mark(batch / rclone, 1));
  line("  rclone's server by PUT at 16", `${speed(seconds.put)}`);
  const each = (value: number) => `${((value / rounds / count) * 1000).toFixed(2)}`;
  line("  CPU ms/file of the API", `batch ${each(cpu.batch)}`, `one by one ${each(cpu.single)}`);
}

const newFolder = async (bench: Bench, name: string, parentId?: string) =>
  (await bench.person.call(createFolder, { body: { name, ...(parentId ? { parentId } : {}) } })).id;

async function inBatches(bench: Bench, round: number): Promise<number> {
  const orders: BatchOrders = {
    ...{ port: bench.port, authorization: bench.person.headers.authorization as string, folders, filesEach, bytes },
    ...{ parentId: await newFolder(bench, `batch ${round}`), foldersEach: 4, atOnce: 2 },
  };
  const program = join(import.meta.dirname, "http/batch-client.ts");
  const { stdout } = await exec("taskset", ["-c", clientCore, process.execPath, program, JSON.stringify(orders)]);
  return (JSON.parse(stdout) as { seconds: number }).seconds;
}

/** Into folders that are there already. */
async function oneByOne(bench: Bench, round: number): Promise<number> {
  const parentId = await newFolder(bench, `single ${round}`);
  const places: string[] = [];
  for (let n = 0; n < folders; n++) places.push(await newFolder(bench, `folder ${n}`, parentId));
  const head = `PUT /api/v1/files/content?name={n}&parentId={p} HTTP/1.1\r\nhost: x\r\n${bench.authorization}\r\ncontent-length: ${bytes}`;
  const orders = { port: bench.port, head, connections: 16, requests: folders * filesEach, bodyBytes: bytes, places };
  return (await load({ ...orders, firstNumber: round * files })).seconds;
}

interface Rclone {
  /** Seconds. */
  copy(round: number): Promise<number>;
  /** Seconds, for all files, by our client on 16 connections. */
  put(round: number): Promise<number>;
  close(): Promise<void>;
}

async function startRclone(folder: string): Promise<Rclone> {
  const source = join(folder, "source");
  const root = join(folder, "rclone");
  mkdirSync(root);
  for (let n = 0; n < folders; n++) {
    mkdirSync(join(source, `folder ${n}`), { recursive: true });
    for (let file = 0; file < copied; file++)
      writeFileSync(join(source, `folder ${n}`, `file ${file}`), randomBytes(bytes));
  }
  const port = await freePort();
  const address = `127.0.0.1:${port}`;
  const server = spawn("taskset", ["-c", serverCore, "rclone", "serve", "webdav", root, "--addr", address], {
    stdio: "ignore",
  });
  for (let tries = 0; !(await fetch(`http://${address}/`).catch(() => null)); tries++) {
    if (tries > 100) throw new Error("rclone did not start");
    await sleep(50);
  }
  return {
    async copy(round) {
      const began = performance.now();
      const target = `:webdav:round ${round}`;
      const options = ["--webdav-url", `http://${address}`, "--transfers", "16", "--config", "/dev/null"];
      await exec("taskset", ["-c", clientCore, "rclone", "copy", source, target, ...options]);
      const seconds = (performance.now() - began) / 1000;
      execFileSync("rm", ["-rf", join(root, `round ${round}`)]);
      return seconds;
    },
    async put(round) {
      const places = Array.from({ length: folders }, (_, n) => `put${round}/${n}`);
      // By its own words: what appears in its folder otherwise it does not see for minutes.
      for (const place of [`put${round}`, ...places]) await fetch(`http://${address}/${place}`, { method: "MKCOL" });
      const head = `PUT /{p}/{n} HTTP/1.1\r\nhost: x\r\ncontent-length: ${bytes}`;
      const orders = { port, head, connections: 16, requests: folders * filesEach, bodyBytes: bytes, places };
      return (await load({ ...orders, firstNumber: 0 })).seconds;
    },
    async close() {
      server.kill("SIGTERM");
      await new Promise((resolve) => server.once("exit", resolve));
    },
  };
}
