import { type Bench, line, load, loadDuring, mark, median, rounds, startBench } from "./http/side-by-side.ts";

const connections = 16;
const requests = 2000;
/** What may be lost of the speed beside one client that replaces, and beside five: as much as what they do takes itself. */
const wanted = new Map([
  [1, 0.85],
  [5, 0.6],
]);

/**
 * New files of 4 KiB at 16 connections, beside clients that replace one file each over and over, by turns. Only the ratios count; they are
 * medians of the rounds.
 */
export async function run(): Promise<void> {
  const bench = await startBench();
  try {
    const speeds = new Map<number, number[]>([0, 1, 5].map((replacing) => [replacing, []]));
    let number = 0;
    // Unmeasured: whatever is slow only once.
    await uploads(bench, number++);
    for (let round = 0; round < rounds; round++) {
      for (const [replacing, list] of speeds) list.push(await beside(bench, replacing, number++));
    }
    const alone = median(speeds.get(0) as number[]);
    for (const [replacing, list] of speeds) {
      const ratio = median(list) / alone;
      const limit = wanted.get(replacing);
      const parts = [median(list).toFixed(0), ...(limit ? [`ratio ${ratio.toFixed(2)}`, mark(ratio, limit)] : [])];
      line(`files/s beside ${replacing} that replace`, ...parts);
    }
  } finally {
    await bench.close();
  }
}

const path = (query: string) => `/api/v1/files/content?${query}`;
const headOf = (bench: Bench, query: string) =>
  `PUT ${path(query)} HTTP/1.1\r\nhost: x\r\n${bench.authorization}\r\ncontent-length: 4096`;

async function uploads(bench: Bench, number: number): Promise<number> {
  const head = headOf(bench, `name=new-${number}-{n}`);
  const { perSecond } = await load({ port: bench.port, connections, requests, bodyBytes: 4096, firstNumber: 0, head });
  return perSecond;
}

function beside(bench: Bench, replacing: number, number: number): Promise<number> {
  if (replacing === 0) return uploads(bench, number);
  const head = headOf(bench, "name=replaced-{c}&onConflict=replace");
  const orders = { port: bench.port, connections: replacing, bodyBytes: 4096, firstNumber: 0, head };
  return loadDuring(orders, () => uploads(bench, number));
}
