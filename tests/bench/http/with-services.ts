import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startPostgres } from "@holdfast/postgres";
import { buildApi } from "../../../apps/server/src/api.ts";
import { loadConfig } from "../../../apps/server/src/config.ts";
import { systemClock } from "../../../apps/server/src/platform/clock.ts";
import { migrate, readMigrations } from "../../../apps/server/src/platform/database/migrate/migrate.ts";
import { createPool } from "../../../apps/server/src/platform/database/pool.ts";
import { createLog } from "../../../apps/server/src/platform/log.ts";
import { createServices, type Services } from "../../../apps/server/src/services.ts";
import { identityMigrations } from "../../../packages/identity/src/migrations.ts";
import { testPassword } from "../../support/person.ts";

/** Its administrator. */
export const email = "bench@example.org";

/** Runs `work` with the server's services in this process, listening, over a PostgreSQL and a folder of their own (in HOLDFAST_BENCH_FOLDER). */
export async function withServices(work: (services: Services, url: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(process.env.HOLDFAST_BENCH_FOLDER ?? tmpdir(), "holdfast-bench-"));
  const postgres = await startPostgres({ dataDir: join(folder, "postgres"), log: () => {} });
  try {
    const migrations = readMigrations(join(import.meta.dirname, "../../../supabase/migrations"));
    await migrate(postgres.adminUrl, [...identityMigrations, ...migrations]);
    await serve(join(folder, "data"), postgres.adminUrl, work);
  } finally {
    await postgres.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function serve(
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
