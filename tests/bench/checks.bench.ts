import { readFileSync } from "node:fs";
import type { FastifyRequest } from "fastify";
import { accessFile } from "../../apps/server/src/features/access/index.ts";
import type { Services } from "../../apps/server/src/services.ts";
import { treeOf } from "../crash/support/process-tree.ts";
import { signIn } from "../support/person.ts";
import { line, mark, median, rounds } from "./http/side-by-side.ts";
import { email, withServices } from "./http/with-services.ts";

const checks = Number(process.env.HOLDFAST_BENCH_REQUESTS ?? 20_000);

/** Processor time of what every request asks before it does anything: who sends it, and whether they may do this to this file. 16 at a time. */
export function run(): Promise<void> {
  return withServices(measure);
}

async function measure({ auth, db }: Services, url: string): Promise<void> {
  const person = await signIn(url, email);
  const { id } = await person.put("file", "content");
  // What is read of a request: no route's scope, no cookie.
  const request = { headers: person.headers, routeOptions: { config: {} } } as unknown as FastifyRequest;
  const figures: { own: number; database: number }[] = [];
  for (let round = 0; round <= rounds; round++) {
    const before = { own: process.cpuUsage(), database: databaseSeconds() };
    let left = checks;
    const ask = async () => {
      while (left-- > 0) {
        const principal = await auth.authenticate(request);
        await accessFile(db, principal?.userId ?? "", id, "see");
      }
    };
    await Promise.all(Array.from({ length: 16 }, ask));
    const { user, system } = process.cpuUsage(before.own);
    figures.push({ own: (user + system) / checks, database: ((databaseSeconds() - before.database) * 1e6) / checks });
  }
  // The first one warms up.
  const [own, database] = [figures.slice(1).map((each) => each.own), figures.slice(1).map((each) => each.database)];
  const sum = (median(own) + median(database)) / 1000;
  const parts = [`server ${median(own).toFixed(0)} µs`, `PostgreSQL ${median(database).toFixed(0)} µs`];
  line("sign-in and access, each request", ...parts, `${sum.toFixed(3)} ms`, mark(sum, 0.15, false));
}

/** Processor time of all PostgreSQL processes below this one. */
function databaseSeconds(): number {
  let seconds = 0;
  for (const { pid, command } of treeOf(process.pid)) {
    if (!command.includes("postgres")) continue;
    try {
      const stat = readFileSync(`/proc/${pid}/schedstat`, "latin1");
      seconds += Number(stat.split(" ")[0]) / 1e9;
    } catch {
      // It has just ended.
    }
  }
  return seconds;
}
