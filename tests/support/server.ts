import { mkdtemp, rm } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FastifyInstance } from "fastify";
import { buildApi } from "../../apps/server/src/api.ts";
import { loadConfig } from "../../apps/server/src/config.ts";
import { startJobs } from "../../apps/server/src/jobs.ts";
import { systemClock } from "../../apps/server/src/platform/clock.ts";
import { createPool } from "../../apps/server/src/platform/database/pool.ts";
import { createLog } from "../../apps/server/src/platform/log.ts";
import { createServices, type Services } from "../../apps/server/src/services.ts";
import { createMigratedDatabase, type TestDatabase } from "./database.ts";
import { type Person, registerPerson, signIn, testPassword } from "./person.ts";

export interface TestServer {
  readonly url: string;
  readonly app: FastifyInstance;
  readonly services: Services;
  readonly dataDir: string;
  readonly admin: Person;
  person(name?: string): Promise<Person>;
  close(): Promise<void>;
}

/**
 * The whole API on a real port, with a database of its own, real files, and a worker in the same process: what `main.ts` runs, without
 * its process tree.
 */
export async function startServer(
  env: Record<string, string> = {},
  /** Somebody else's, who removes them. */
  given: { database: TestDatabase; dataDir: string } | null = null,
): Promise<TestServer> {
  const database = given?.database ?? (await createMigratedDatabase());
  const dataDir = given?.dataDir ?? (await mkdtemp(join(tmpdir(), "holdfast-server-")));
  const config = loadConfig({
    HOLDFAST_DATA: dataDir,
    DATABASE_URL: database.url,
    HOLDFAST_WEB: "off",
    SIGNUP: "open",
    HOLDFAST_AUTH_RATE_LIMIT: "0",
    HOLDFAST_ADMIN_EMAIL: "admin@example.org",
    HOLDFAST_ADMIN_PASSWORD: testPassword,
    LOG_LEVEL: "error",
    ...env,
  });
  const log = createLog(config, "test");
  const pool = createPool(database.url, { max: 20, name: "holdfast test", onError: () => {} });
  const services = await createServices(config, { pool, databaseUrl: database.url, log, clock: systemClock });
  await services.auth.prepare();
  const app = await buildApi(services);
  await app.listen({ host: "127.0.0.1", port: 0 });
  const jobs = await startJobs(services);
  const url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
  return {
    ...{ url, app, services, dataDir },
    admin: await signIn(url, "admin@example.org"),
    person: (name) => registerPerson(url, name),
    async close() {
      app.server.closeAllConnections();
      await app.close();
      await jobs.close(2_000);
      await services.close();
      if (given) return;
      await database.drop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** Waits until `look` answers something else than null, undefined or false. */
export async function eventually<T>(look: () => Promise<T> | T, milliseconds = 10_000): Promise<NonNullable<T>> {
  const end = performance.now() + milliseconds;
  for (;;) {
    const found = await look();
    if (found !== null && found !== undefined && found !== false) return found as NonNullable<T>;
    if (performance.now() > end) throw new Error("it did not happen in time");
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
