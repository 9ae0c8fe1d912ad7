import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Bench, curl, line, load, median, rounds, startBench, writeLarge } from "./http/side-by-side.ts";

const requests = Number(process.env.HOLDFAST_BENCH_REQUESTS ?? 20_000);
const modes = ["off", "24h", "always"] as const;
const GiB = 1024 ** 3;

interface Candidate {
  mode: (typeof modes)[number];
  bench: Bench;
  large: string;
  small: string;
  seconds: number[];
  perSecond: number[];
  cpu: number;
}

/**
 * What HOLDFAST_VERIFY_READS costs: the same downloads from three installations, by turns. The first 1 GiB after the start is one by itself:
 * there the default verifies, too.
 */
export async function run(): Promise<void> {
  const candidates: Candidate[] = [];
  try {
    for (const mode of modes) candidates.push(await prepare(mode));
    for (const one of candidates) await large(one, "the first time");
    for (const one of candidates) Object.assign(one, { seconds: [], cpu: 0 });
    for (let round = 0; round < rounds; round++) {
      for (const one of candidates) {
        const before = one.bench.cpu();
        one.seconds.push(await download(one));
        one.cpu += one.bench.cpu() - before;
        const head = `GET /api/v1/files/${one.small}/content HTTP/1.1\r\nhost: x\r\n${one.bench.authorization}`;
        const orders = { connections: 32, requests, bodyBytes: 0, firstNumber: 0, port: one.bench.port, head };
        one.perSecond.push((await load(orders)).perSecond);
      }
    }
    const [off] = candidates as [Candidate];
    for (const one of candidates) {
      const [speed, free] = [GiB / median(one.seconds) / 1e9, GiB / median(off.seconds) / 1e9];
      const ratio = (value: number, other: number) => `of off ${(value / other).toFixed(2)}`;
      line(
        `${one.mode}: 1 GiB, again`,
        `${speed.toFixed(2)} GB/s`,
        ratio(speed, free),
        `CPU s/GiB ${(one.cpu / rounds).toFixed(2)}`,
      );
      const [many, most] = [median(one.perSecond), median(off.perSecond)];
      line(`${one.mode}: 16 KiB at 32`, `${many.toFixed(0)} requests/s`, ratio(many, most));
    }
  } finally {
    for (const { bench } of candidates) await bench.close();
  }
}

async function prepare(mode: Candidate["mode"]): Promise<Candidate> {
  const bench = await startBench({ HOLDFAST_VERIFY_READS: mode });
  const path = join(bench.folder, "large");
  writeLarge(path);
  const sent = ["-sS", "-f", "-o", join(bench.folder, "answer"), "-T", path, "-H", bench.authorization];
  execFileSync("curl", [...sent, `${bench.product.url}/api/v1/files/content?name=large`]);
  const { id } = JSON.parse(readFileSync(join(bench.folder, "answer"), "utf8")) as { id: string };
  const small = (await bench.person.put("small", randomBytes(16 * 1024))).id;
  return { mode, bench, large: id, small, seconds: [], perSecond: [], cpu: 0 };
}

function download({ bench, large: id }: Candidate): Promise<number> {
  return curl(["-H", bench.authorization, `${bench.product.url}/api/v1/files/${id}/content`]);
}

async function large(one: Candidate, when: string): Promise<void> {
  const before = one.bench.cpu();
  const speed = GiB / (await download(one)) / 1e9;
  line(`${one.mode}: 1 GiB, ${when}`, `${speed.toFixed(2)} GB/s`, `CPU s/GiB ${(one.bench.cpu() - before).toFixed(2)}`);
}
