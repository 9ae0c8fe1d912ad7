import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createFolder, createShare } from "../../packages/contract/src/index.ts";
import { runningPostgresUrl } from "../../packages/postgres/src/index.ts";
import { runBare, serveBare } from "./bare/bare.ts";
import type { DurableOrders, DurableSaid } from "./bare/durable-files.ts";
import type { Measured } from "./http/load-client.ts";
import { type Bench, line, load, mark, median, rounds, startBench } from "./http/side-by-side.ts";

const requests = Number(process.env.HOLDFAST_BENCH_REQUESTS ?? 10_000);

/**
 * Small requests beside the bare limit of each: a program that does what the request has to do, and nothing else, on the same core, disk
 * and database, by turns. Figures are medians of the rounds; only the ratios count.
 */
export async function run(only: readonly string[] = []): Promise<void> {
  const bench = await startBench();
  try {
    const databaseUrl = await runningPostgresUrl(join(bench.product.dataDir, "postgres"));
    if (databaseUrl === null) throw new Error("the product's PostgreSQL does not run");
    const all = { uploads, downloads, list };
    for (const [name, work] of Object.entries(all)) {
      if (only.length === 0 || only.includes(name)) await work(bench, databaseUrl);
    }
  } finally {
    await bench.close();
  }
}

async function uploads(bench: Bench, databaseUrl: string): Promise<void> {
  for (const [atOnce, files, name] of [
    [1, 500, "64 KiB one after another, files/s"],
    [16, 2000, "64 KiB at 16 connections, files/s"],
  ] as const) {
    const ours: Measured[] = [];
    const bare: number[] = [];
    const bytes = 65536;
    for (let round = 0; round < rounds; round++) {
      const orders: DurableOrders = { databaseUrl, folder: join(bench.folder, "bare"), files, bytes, atOnce };
      bare.push((await runBare<DurableSaid>("durable-files.ts", orders)).perSecond);
      const head = `PUT /api/v1/files/content?name=${atOnce}-{n} HTTP/1.1\r\nhost: x\r\n${bench.authorization}\r\ncontent-length: ${bytes}`;
      const sent = { port: bench.port, head, connections: atOnce, requests: files, bodyBytes: bytes };
      ours.push(await load({ ...sent, firstNumber: round * files }));
    }
    report(name, ours, bare, 0.8);
  }
}

async function downloads(bench: Bench): Promise<void> {
  const bytes = randomBytes(16 * 1024);
  const path = join(bench.folder, "small");
  writeFileSync(path, bytes);
  const { id } = await bench.person.put("small", bytes);
  const { token } = await bench.person.call(createShare, { body: { fileId: id, linkType: "permanent" } });
  const server = await serveBare("send-file.ts", { path });
  try {
    const orders = { connections: 32, requests, bodyBytes: 0, firstNumber: 0 };
    const own = `GET /api/v1/files/${id}/content HTTP/1.1\r\nhost: x\r\n${bench.authorization}`;
    const shared = `GET /api/v1/public/shares/${token}/content HTTP/1.1\r\nhost: x`;
    for (const [name, head] of [
      ["download of 16 KiB at 32, requests/s", own],
      ["the same of a shared link", shared],
    ] as const) {
      await byTurns(name, { ...orders, port: bench.port, head }, { ...orders, port: server.port, head }, 0.8);
    }
  } finally {
    await server.close();
  }
}

async function list(bench: Bench, databaseUrl: string): Promise<void> {
  const parentId = (await bench.person.call(createFolder, { body: { name: "hundred" } })).id;
  for (let i = 0; i < 100; i++) await bench.person.put(`file ${i}.txt`, `content ${i}`, { parentId });
  const server = await serveBare("list-rows.ts", { databaseUrl, parentId, principalId: bench.person.id });
  try {
    const orders = { connections: 16, requests: requests / 2, bodyBytes: 0, firstNumber: 0 };
    const head = `GET /api/v1/files?parentId=${parentId} HTTP/1.1\r\nhost: x\r\n${bench.authorization}`;
    const bare = { ...orders, port: server.port, head: "GET / HTTP/1.1\r\nhost: x" };
    const ours = await byTurns("list of 100 at 16, requests/s", { ...orders, port: bench.port, head }, bare, 0.6);
    const tail = median(ours.map(({ p99, p50 }) => p99 / p50));
    line("  p99 as a multiple of the median", `Holdfast ${tail.toFixed(1)}`, mark(tail, 3, false));
  } finally {
    await server.close();
  }
}

type Load = Parameters<typeof load>[0];

async function byTurns(name: string, ours: Load, theirs: Load, wanted: number): Promise<Measured[]> {
  const measured: Measured[] = [];
  const bare: number[] = [];
  for (let round = 0; round < rounds; round++) {
    bare.push((await load(theirs)).perSecond);
    measured.push(await load(ours));
  }
  report(name, measured, bare, wanted);
  return measured;
}

function report(name: string, ours: readonly Measured[], bare: readonly number[], wanted: number): void {
  const speed = median(ours.map(({ perSecond }) => perSecond));
  const ratio = speed / median(bare);
  line(
    name,
    `Holdfast ${speed.toFixed(0)}`,
    `bare ${median(bare).toFixed(0)}`,
    `ratio ${ratio.toFixed(2)}`,
    mark(ratio, wanted),
  );
}
