import { execFileSync } from "node:child_process";
import { join } from "node:path";
import {
  type Bench,
  curl,
  GiB,
  line,
  load,
  mark,
  median,
  type Peer,
  rounds,
  startBench,
  startNginx,
} from "./http/side-by-side.ts";

/**
 * Uploads by PUT, hashed, flushed and committed, beside Debian's nginx taking the same bytes by DAV PUT with none of that, by turns. Only the
 * ratios count; they are medians of the rounds.
 */
export async function run(): Promise<void> {
  const bench = await startBench();
  const nginx = await startNginx(bench.folder);
  try {
    await small(bench, nginx, "64 KiB one after another, files/s", 1, 500, 400);
    await small(bench, nginx, "64 KiB at 16 connections, files/s", 16, 2000, 1000);
    await large(bench, nginx);
  } finally {
    await nginx.close();
    await bench.close();
  }
}

async function small(
  bench: Bench,
  nginx: Peer,
  name: string,
  connections: number,
  requests: number,
  wanted: number,
): Promise<void> {
  const head = (path: string) =>
    `PUT ${path} HTTP/1.1\r\nhost: x\r\nauthorization: ${bench.person.headers.authorization}\r\ncontent-length: 65536`;
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
  execFileSync("dd", ["if=/dev/urandom", `of=${path}`, "bs=4M", "count=256"], { stdio: "ignore" });
  const ours: number[] = [];
  const theirs: number[] = [];
  const cpu = { ours: 0, theirs: 0 };
  for (let round = 0; round < rounds; round++) {
    // Every round has bytes of its own, or the second would find its segments there already.
    execFileSync("dd", ["if=/dev/urandom", `of=${path}`, "bs=1M", "count=1", "seek=0", "conv=notrunc"], {
      stdio: "ignore",
    });
    const before = { ours: bench.cpu(), theirs: nginx.cpu() };
    theirs.push(await curl(["-T", path, `http://127.0.0.1:${nginx.port}/large`]));
    execFileSync("sync", ["-f", path]);
    const url = `${bench.product.url}/api/v1/files/content?name=large&onConflict=replace`;
    ours.push(await curl(["-T", path, "-H", `authorization: ${bench.person.headers.authorization}`, url]));
    cpu.ours += bench.cpu() - before.ours;
    cpu.theirs += nginx.cpu() - before.theirs;
    execFileSync("sync", ["-f", path]);
  }
  const speed = (seconds: number[]) => GiB / median(seconds) / 1e9;
  const ratio = speed(ours) / speed(theirs);
  line(
    "upload of 1 GiB, GB/s",
    `Holdfast ${speed(ours).toFixed(2)}`,
    `nginx ${speed(theirs).toFixed(2)}`,
    `ratio ${ratio.toFixed(2)}`,
    mark(ratio, 0.7),
  );
  line("  CPU s/GiB", `Holdfast ${(cpu.ours / rounds).toFixed(2)}`, `nginx ${(cpu.theirs / rounds).toFixed(2)}`);
}
