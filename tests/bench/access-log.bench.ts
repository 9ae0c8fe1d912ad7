import type { Services } from "../../apps/server/src/services.ts";
import { treeOf } from "../crash/support/process-tree.ts";
import { signIn } from "../support/person.ts";
import { cpuSeconds } from "./access-log/cpu.ts";
import { line, load, mark, median } from "./http/side-by-side.ts";
import { email, withServices } from "./http/with-services.ts";

const most = Number(process.env.HOLDFAST_BENCH_REQUESTS ?? 4_000);
const files = Number(process.env.HOLDFAST_BENCH_FILES ?? 2_000);
const rounds = Number(process.env.HOLDFAST_BENCH_ROUNDS ?? 9);

/**
 * What the access log costs downloads of 16 KiB: the same server with it and without, by turns. Once of one file, whose downloads are one row, and
 * once of as many files as there are requests (HOLDFAST_BENCH_FILES, 2,000), each a row. Judged by processor time of server and PostgreSQL, which others on the machine disturb least.
 */
export function run(): Promise<void> {
  return withServices(measure);
}

async function measure({ accessLog }: Services, url: string): Promise<void> {
  const person = await signIn(url, email);
  const bytes = Buffer.alloc(16 * 1024, 7);
  const ids: string[] = [];
  for (let n = 0; n < files; n++) {
    bytes.writeUInt32LE(n, 0);
    ids.push((await person.put(`file ${n}`, bytes)).id);
  }
  const { record } = accessLog;
  const head = `GET /api/v1/files/{p}/content HTTP/1.1\r\nhost: x\r\nauthorization: ${person.headers.authorization}`;
  for (const [name, places, requests] of [
    ["one file", ids.slice(0, 1), most],
    ["each another file", ids, files],
  ] as const) {
    const cost: Record<"on" | "off", number[]> = { on: [], off: [] };
    const speed: Record<"on" | "off", number[]> = { on: [], off: [] };
    for (let round = 0; round <= rounds; round++) {
      for (const way of round % 2 === 0 ? (["off", "on"] as const) : (["on", "off"] as const)) {
        // As if the ten minutes of the round before were over: every item is a row again.
        accessLog.record = way === "on" ? (access) => record({ ...access, kind: `round ${round}` }) : () => {};
        const before = used();
        const orders = {
          port: Number(new URL(url).port),
          connections: 32,
          requests,
          head,
          bodyBytes: 0,
          firstNumber: 0,
        };
        const { perSecond } = await load({ ...orders, places: [...places] });
        await accessLog.flush();
        if (round === 0) continue;
        cost[way].push(((used() - before) * 1e6) / requests);
        speed[way].push(perSecond);
      }
    }
    const more = (median(cost.on) / median(cost.off) - 1) * 100;
    const slower = (1 - median(speed.on) / median(speed.off)) * 100;
    line(
      `download of 16 KiB, ${name}`,
      `processor ${median(cost.off).toFixed(0)} µs, with the log ${median(cost.on).toFixed(0)} µs: ${more.toFixed(1)} %`,
      `${median(speed.off).toFixed(0)}/s, with the log ${median(speed.on).toFixed(0)}/s: ${slower.toFixed(1)} % fewer`,
      mark(more, 3, false),
    );
    const spread = (values: number[]) => `${Math.min(...values).toFixed(0)} to ${Math.max(...values).toFixed(0)}`;
    line("  processor time from round to round, µs", `off ${spread(cost.off)}`, `on ${spread(cost.on)}`);
  }
  accessLog.record = record;
}

/** Processor seconds of this process and of PostgreSQL below it. */
function used(): number {
  const own = process.cpuUsage();
  const database = treeOf(process.pid).filter(({ command }) => command.includes("postgres"));
  return (own.user + own.system) / 1e6 + cpuSeconds(database.map(({ pid }) => pid));
}
