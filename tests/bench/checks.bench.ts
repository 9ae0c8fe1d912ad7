import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startPostgres } from "@holdfast/postgres";
import type { FastifyRequest } from "fastify";
import { buildApi } from "../../apps/server/src/api.ts";
import { loadConfig } from "../../apps/server/src/config.ts";
import { accessFile } from "../../apps/server/src/features/access/index.ts";
import { systemClock } from "../../apps/server/src/platform/clock.ts";
import { migrate, readMigrations } from "../../apps/server/src/platform/database/migrate/migrate.ts";
import { createPool } from "../../apps/server/src/platform/database/pool.ts";
import { createLog } from "../../apps/server/src/platform/log.ts";
import { createServices, type Services } from "../../apps/server/src/services.ts";
import { identityMigrations } from "../../packages/identity/src/migrations.ts";
import { treeOf } from "../crash/support/process-tree.ts";
import { signIn, testPassword } from "../support/person.ts";
import { line, mark, median, rounds } from "./http/side-by-side.ts";

const checks = Number(process.env.HOLDFAST_BENCH_REQUESTS ?? 20_000);
const email = "bench@example.org";

/** Processor time of what every request asks before it does anything: who sends it, and whether they may do this to this file. 16 at a time. */
export async function run(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-bench-checks-"));
  const postgres = await startPostgres({ dataDir: join(folder, "postgres"), log: () => {} });
  try {
    const migrations = readMigrations(join(import.meta.dirname, "../../supabase/migrations"));
    await migrate(postgres.adminUrl, [...identityMigrations, ...migrations]);
    await withServices(join(folder, "data"), postgres.adminUrl, (services, url) => measure(services, url));
  } finally {
    await postgres.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function withServices(
  dataDir: string,
  databaseUrl: string,
  work: (services: Services, url: string) => Promise<void>,
): Promise<void> {
  const env = { HOLDFAST_DATA: dataDir, DATABASE_URL: databaseUrl, HOLDFAST_WEB: "off", LOG_LEVEL: "error" };
  const config = loadConfig({ ...env, HOLDFAST_ADMIN_EMAIL: email, HOLDFAST_ADMIN_PASSWORD: testPassword });
  const log = createLog(config, "bench");
  const pool = createPool(databaseUrl, { max: 20, name: "holdfast bench", onError: () => {} });
  const services = await createServices(config, { pool, databaseUrl, log, clock: systemClock });
  await services.auth.prepare();
  const app = await buildApi(services);
  try {
    await work(services, await app.listen({ host: "127.0.0.1", port: 0 }));
  } finally {
    await app.close();
    await services.close();
  }
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
