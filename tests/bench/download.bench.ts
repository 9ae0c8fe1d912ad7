import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createFolder, createShare } from "../../packages/contract/src/index.ts";
import type { Measured } from "./http/load-client.ts";
import {
  type Bench,
  curl,
  largeByTurns,
  line,
  load,
  mark,
  median,
  type Peer,
  rounds,
  sideBySide,
  writeLarge,
} from "./http/side-by-side.ts";

const requests = Number(process.env.HOLDFAST_BENCH_REQUESTS ?? 20_000);

/**
 * Downloads and listings through sign-in and access check, beside Debian's nginx serving the same file without either, by turns. Only the
 * ratios count; they are medians of the rounds.
 */
export async function run(): Promise<void> {
  await sideBySide(async (bench, nginx) => {
    await large(bench, nginx);
    await small(bench, nginx);
    await links(bench);
    await listing(bench);
  });
}

async function large(bench: Bench, nginx: Peer): Promise<void> {
  const path = join(nginx.folder, "large");
  writeLarge(path);
  const url = `${bench.product.url}/api/v1/files/content?name=large`;
  const sent = ["-sS", "-f", "-o", join(bench.folder, "answer"), "-T", path, "-H", bench.authorization, url];
  execFileSync("curl", sent);
  const { id } = JSON.parse(readFileSync(join(bench.folder, "answer"), "utf8")) as { id: string };
  const transfers = {
    theirs: () => curl([`http://127.0.0.1:${nginx.port}/large`]),
    ours: () => curl(["-H", bench.authorization, `${bench.product.url}/api/v1/files/${id}/content`]),
  };
  await largeByTurns("download", bench, nginx, transfers, 1);
}

async function small(bench: Bench, nginx: Peer): Promise<void> {
  const bytes = randomBytes(16 * 1024);
  writeFileSync(join(nginx.folder, "small"), bytes);
  const { id } = await bench.person.put("small", bytes);
  const head = (path: string) => `GET ${path} HTTP/1.1\r\nhost: x\r\n${bench.authorization}`;
  const orders = { connections: 32, requests, bodyBytes: 0, firstNumber: 0 };
  const ours: Measured[] = [];
  const theirs: Measured[] = [];
  for (let round = 0; round < rounds; round++) {
    theirs.push(await load({ ...orders, port: nginx.port, head: head("/small") }));
    ours.push(await load({ ...orders, port: bench.port, head: head(`/api/v1/files/${id}/content`) }));
  }
  const speed = (all: Measured[]) => median(all.map(({ perSecond }) => perSecond));
  line(
    "download of 16 KiB at 32, requests/s",
    `Holdfast ${speed(ours).toFixed(0)}`,
    `nginx ${speed(theirs).toFixed(0)} (as fast as the client asks)`,
    mark(speed(ours), 3000),
  );
}

async function links(bench: Bench): Promise<void> {
  const { id: fileId } = await bench.person.put("shared", randomBytes(16 * 1024));
  const { token } = await bench.person.call(createShare, { body: { fileId, linkType: "permanent" } });
  const text = JSON.stringify({ fileId, linkType: "permanent" });
  const downloads: number[] = [];
  const created: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const orders = { port: bench.port, bodyBytes: 0, firstNumber: 0 };
    const get = `GET /api/v1/public/shares/${token}/content HTTP/1.1\r\nhost: x`;
    downloads.push((await load({ ...orders, connections: 32, requests, head: get })).perSecond);
    const post = `POST /api/v1/shares HTTP/1.1\r\nhost: x\r\n${bench.authorization}\r\ncontent-type: application/json\r\ncontent-length: ${text.length}`;
    created.push((await load({ ...orders, connections: 16, requests: requests / 4, head: post, text })).perSecond);
  }
  const name = "shared 16 KiB at 32, requests/s";
  line(name, `Holdfast ${median(downloads).toFixed(0)}`, mark(median(downloads), 3000));
  line("links made at 16, per second", `Holdfast ${median(created).toFixed(0)}`, mark(median(created), 1500));
}

async function listing(bench: Bench): Promise<void> {
  const parentId = (await bench.person.call(createFolder, { body: { name: "hundred" } })).id;
  for (let i = 0; i < 100; i++) await bench.person.put(`file ${i}.txt`, `content ${i}`, { parentId });
  const head = `GET /api/v1/files?parentId=${parentId} HTTP/1.1\r\nhost: x\r\n${bench.authorization}`;
  const all: Measured[] = [];
  for (let round = 0; round < rounds; round++) {
    all.push(
      await load({ port: bench.port, connections: 16, requests: requests / 4, head, bodyBytes: 0, firstNumber: 0 }),
    );
  }
  const perSecond = median(all.map((measured) => measured.perSecond));
  const p99 = median(all.map((measured) => measured.p99));
  line("list of 100 at 16, requests/s", `Holdfast ${perSecond.toFixed(0)}`, mark(perSecond, 2000));
  line("  p99, ms", `Holdfast ${p99.toFixed(1)}`, mark(p99, 30, false));
}
