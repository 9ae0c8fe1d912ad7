import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { type Bench, line, load, mark, median, startBench } from "./http/side-by-side.ts";

const requests = Number(process.env.HOLDFAST_BENCH_REQUESTS ?? 10_000);
const rounds = Number(process.env.HOLDFAST_BENCH_ROUNDS ?? 15);

interface Round {
  readonly perSecond: number;
  /** Microseconds of the API's processor for each request. */
  readonly cpu: number;
}

/**
 * What metrics cost: downloads of 16 KiB from a server that counts, scraped every second, and from one that does not, by turns on the same core.
 * Processor time is the steadier figure where others use the machine as well.
 */
export async function run(): Promise<void> {
  const counting = await startBench();
  const withoutMetrics = `--import ${join(import.meta.dirname, "http/without-metrics.mjs")}`;
  const silent = await startBench({ NODE_OPTIONS: withoutMetrics });
  const scraping = setInterval(() => void scrape(counting), 1_000);
  try {
    const [ours, theirs] = [await downloadsOf(counting), await downloadsOf(silent)];
    const rows: { ours: Round; theirs: Round }[] = [];
    // The first round of each warms it up.
    for (let round = 0; round <= rounds; round++) {
      const first = round % 2 === 0 ? await ours() : null;
      const other = await theirs();
      rows.push({ ours: first ?? (await ours()), theirs: other });
    }
    rows.shift();
    report("downloads of 16 KiB at 32, requests/s", rows, ({ perSecond }) => perSecond, 0.99, true);
    report("  processor time, µs/request", rows, ({ cpu }) => cpu, 1.01, false);
  } finally {
    clearInterval(scraping);
    await silent.close();
    await counting.close();
  }
}

async function scrape({ port }: Bench): Promise<void> {
  await fetch(`http://127.0.0.1:${port}/metrics`).then((answer) => answer.text());
}

async function downloadsOf(bench: Bench): Promise<() => Promise<Round>> {
  const { id } = await bench.person.put("small", randomBytes(16 * 1024));
  const head = `GET /api/v1/files/${id}/content HTTP/1.1\r\nhost: x\r\n${bench.authorization}`;
  return async () => {
    const before = bench.cpu();
    const { perSecond } = await load({
      port: bench.port,
      head,
      connections: 32,
      requests,
      bodyBytes: 0,
      firstNumber: 0,
    });
    return { perSecond, cpu: ((bench.cpu() - before) / requests) * 1e6 };
  };
}

function report(
  name: string,
  rows: readonly { ours: Round; theirs: Round }[],
  of: (round: Round) => number,
  wanted: number,
  higherIsBetter: boolean,
): void {
  const ratios = rows.map(({ ours, theirs }) => of(ours) / of(theirs)).sort((a, b) => a - b);
  const ratio = median(ratios);
  line(
    name,
    `with ${median(rows.map(({ ours }) => of(ours))).toFixed(0)}`,
    `without ${median(rows.map(({ theirs }) => of(theirs))).toFixed(0)}`,
    `ratio ${ratio.toFixed(3)}`,
    `middle half ${ratios[ratios.length >> 2]?.toFixed(3)}–${ratios[(ratios.length * 3) >> 2]?.toFixed(3)}`,
    mark(ratio, wanted, higherIsBetter),
  );
}
