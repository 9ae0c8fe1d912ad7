import { mkdtemp, rm } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FastifyInstance } from "fastify";
import { pino } from "pino";
import { buildApi } from "../../apps/server/src/api.ts";
import { loadConfig } from "../../apps/server/src/config.ts";
import { startJobs } from "../../apps/server/src/jobs.ts";
import { systemClock } from "../../apps/server/src/platform/clock.ts";
import { createPool } from "../../apps/server/src/platform/database/pool.ts";
import { createLog } from "../../apps/server/src/platform/log.ts";
import { createServices, type Services } from "../../apps/server/src/services.ts";
import { createMigratedDatabase, type TestDatabase } from "./database.ts";
import { type Person, registerPerson, signIn, testPassword } from "./person.ts";

/** The whole API on a real port with its worker, in the process of the test, which may look behind it and set its clock. */
export interface RunningServer {
  readonly url: string;
  readonly app: FastifyInstance;
  readonly services: Services;
  readonly dataDir: string;
  readonly database: TestDatabase;
  /** Runs a job whose time has not come, by its name, such as `auth.sweep`. Returns what it wrote into the log. */
  runJob(name: string): Promise<Record<string, unknown>[]>;
  /** Ends the worker and starts the next one, which takes up what the last one has left. */
  restartWorker(): Promise<void>;
  close(): Promise<void>;
}

export interface TestServer extends RunningServer {
  readonly admin: Person;
  person(name?: string): Promise<Person>;
}

export interface Surroundings {
  /** Somebody else's, who removes them. */
  readonly database?: TestDatabase | undefined;
  readonly dataDir?: string | undefined;
  readonly now?: (() => Date) | undefined;
}

/** What `main.ts` runs, without its process tree: on a database of its own and real files, which go with it. */
export async function runServer(
  env: Record<string, string> = {},
  { now, ...given }: Surroundings = {},
): Promise<RunningServer> {
  const database = given.database ?? (await createMigratedDatabase());
  const dataDir = given.dataDir ?? (await mkdtemp(join(tmpdir(), "holdfast-server-")));
  const config = loadConfig({
    HOLDFAST_DATA: dataDir,
    DATABASE_URL: database.url,
    HOLDFAST_WEB: "off",
    LOG_LEVEL: "error",
    ...env,
  });
  const log = createLog(config, "test");
  const pool = createPool(database.url, { max: 20, name: "holdfast test", onError: () => {} });
  const clock = now ? { now } : systemClock;
  const services = await createServices(config, { pool, databaseUrl: database.url, log, clock });
  await services.auth.prepare();
  const app = await buildApi(services);
  await app.listen({ host: "127.0.0.1", port: env.PORT ? config.port : 0 });
  let worker = await startJobs(services);
  const url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
  return {
    ...{ url, app, services, dataDir, database },
    async runJob(name) {
      const handler = services.handlers.find(({ definition }) => definition.name === name);
      if (!handler) throw new Error(`There is no job ${name}.`);
      const lines: Record<string, unknown>[] = [];
      const kept = pino({ level: "info" }, { write: (line) => void lines.push(JSON.parse(line)) });
      await handler.run({}, { signal: new AbortController().signal, log: kept });
      return lines;
    },
    async restartWorker() {
      await worker.close(2_000);
      worker = await startJobs(services);
    },
    async close() {
      app.server.closeAllConnections();
      await app.close();
      await worker.close(2_000);
      await services.close();
      if (!given.database) await database.drop();
      if (!given.dataDir) await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** The same with an administrator who is signed in, open sign-up and no limit of attempts: for everything but the sign-in itself. */
export async function startServer(
  env: Record<string, string> = {},
  given: Surroundings | null = null,
): Promise<TestServer> {
  const server = await runServer(
    {
      SIGNUP: "open",
      HOLDFAST_AUTH_RATE_LIMIT: "0",
      HOLDFAST_ADMIN_EMAIL: "admin@example.org",
      HOLDFAST_ADMIN_PASSWORD: testPassword,
      ...env,
    },
    given ?? {},
  );
  const admin = await signIn(server.url, "admin@example.org");
  return { ...server, admin, person: (name) => registerPerson(server.url, name) };
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
