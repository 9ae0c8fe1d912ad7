import { execFileSync } from "node:child_process";
import { join } from "node:path";
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

/**
 * Uploads by PUT, hashed, flushed and committed, beside Debian's nginx taking the same bytes by DAV PUT with none of that, by turns. Only the
 * ratios count; they are medians of the rounds.
 */
export async function run(): Promise<void> {
  await sideBySide(async (bench, nginx) => {
    await small(bench, nginx, "64 KiB one after another, files/s", 1, 500, 400);
    await small(bench, nginx, "64 KiB at 16 connections, files/s", 16, 2000, 1000);
    await large(bench, nginx);
  });
}

async function small(
  bench: Bench,
  nginx: Peer,
  name: string,
  connections: number,
  requests: number,
  wanted: number,
): Promise<void> {
  const head = (path: string) => `PUT ${path} HTTP/1.1\r\nhost: x\r\n${bench.authorization}\r\ncontent-length: 65536`;
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const orders = { connections, requests, bodyBytes: 65536, firstNumber: round * requests };
    theirs.push((await load({ ...orders, port: nginx.port, head: head(`/${connections}-{n}`) })).perSecond);
    const path = `/api/v1/files/content?name=${connections}-{n}`;
    ours.push((await load({ ...orders, port: bench.port, head: head(path) })).perSecond);
  }
  line(name, `Holdfast ${median(ours).toFixed(0)}`, `nginx ${median(theirs).toFixed(0)}`, mark(median(ours), wanted));
}

async function large(bench: Bench, nginx: Peer): Promise<void> {
  const path = join(bench.folder, "large");
  writeLarge(path);
  // What one of them wrote is on the disk before the other begins.
  const send = async (...args: string[]) => {
    const seconds = await curl(["-T", path, ...args]);
    execFileSync("sync", ["-f", path]);
    return seconds;
  };
  const url = `${bench.product.url}/api/v1/files/content?name=large&onConflict=replace`;
  const transfers = {
    theirs() {
      // Every round has bytes of its own, or the second would find its segments there already.
      execFileSync("dd", ["if=/dev/urandom", `of=${path}`, "bs=1M", "count=1", "conv=notrunc"], { stdio: "ignore" });
      return send(`http://127.0.0.1:${nginx.port}/large`);
    },
    ours: () => send("-H", bench.authorization, url),
  };
  await largeByTurns("upload", bench, nginx, transfers, 0.7);
}
