import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { ClientBase } from "pg";
import type { Logger } from "pino";
import { type RunningApi, startApi } from "../api.ts";
import type { Config } from "../config.ts";
import { createSetupRestoring } from "../features/backups/index.ts";
import { systemClock } from "../platform/clock.ts";
import { createPool } from "../platform/database/pool.ts";
import type { CollectedMetrics } from "../platform/metrics/exposition.ts";
import { createServices, type Resources, type Services } from "../services.ts";
import { type Child, superviseChild } from "./child.ts";
import { migrateAll, type RunningDatabase } from "./database.ts";
import { explainListen } from "./ports.ts";
import type { Run } from "./run.ts";

interface Live {
  readonly services: Services;
  readonly address: string;
  /** When the worker is ready as well. */
  readonly workerReady: Promise<void>;
}

/**
 * What works with the database in one process tree: the API here, the worker as a child. Both can be ended and started again while the
 * process, its database and the pages stay: a restore from the set-up page takes the tables away beneath them, and brings other keys.
 */
export async function startApiAndWorker(
  config: Config,
  { url: databaseUrl, folder }: Pick<RunningDatabase, "url" | "folder">,
  run: Run,
): Promise<Live> {
  const { log, steps, stopping } = run;
  let worker: Child | null = null;
  let services: Services | null = null;
  let api: RunningApi | null = null;

  const restoring = createSetupRestoring({
    pause: async () => worker?.stop(3_000),
    async resume() {
      await api?.close(1_000);
      api = null;
      await services?.close();
      services = null;
      await migrateAll(databaseUrl, config);
      const { workerReady } = await begin();
      await workerReady;
    },
    ...{ stopping, log },
  });

  async function begin(): Promise<Live> {
    worker = startWorkerChild(databaseUrl, log);
    const workerReady = worker.ready;
    const workerMetrics = () => (worker as Child).ask("metrics", 1_500) as Promise<CollectedMetrics>;
    services = await buildServices(config, {
      databaseUrl,
      log,
      restoring,
      workerMetrics,
      ...(folder ? { folder } : {}),
    });
    api = await listen(services);
    return { services, address: api.address, workerReady };
  }

  steps.add(
    "worker",
    async (patience) => worker?.stop(Math.min(patience, 3_000)),
    () => worker?.kill(),
  );
  steps.add("services", async () => services?.close());
  // Requests in flight have most of the time there is; what comes after them is quick.
  steps.add("API", async (patience) => api?.close(patience - 4_500));
  steps.add("restore", (patience) => Promise.race([restoring.settled(), sleep(Math.min(patience, 3_000))]));
  return begin();
}

export async function buildServices(
  config: Config,
  given: Pick<Resources, "databaseUrl" | "log" | "restoring" | "folder" | "workerMetrics">,
): Promise<Services> {
  const { databaseUrl, log } = given;
  const pool = createPool(databaseUrl, {
    max: config.limits.databaseConnections,
    name: `holdfast ${config.role === "all" ? "api" : config.role}`,
    onError: (error) => log.warn({ err: error }, "a connection to the database broke"),
    ...(config.role === "worker" ? {} : { prepare: limitStatements(config.limits.statementSeconds) }),
  });
  return createServices(config, { ...given, pool, clock: systemClock });
}

/** For requests: what runs longer, waiting for locks included, is stopped and answered as timed_out. Jobs and backups may take their time. */
function limitStatements(seconds: number) {
  return async (client: ClientBase): Promise<void> => {
    await client.query(`set statement_timeout = ${seconds * 1000}`);
  };
}

/** @throws StartError where the port is taken */
export async function listen(services: Services): Promise<RunningApi> {
  const { host, port } = services.config;
  try {
    return await startApi(services);
  } catch (error) {
    throw explainListen(error, host, port) ?? error;
  }
}

function startWorkerChild(databaseUrl: string, log: Logger): Child {
  const { DATABASE_URL_FILE: _, ...env } = process.env;
  return superviseChild({
    name: "worker",
    module: join(import.meta.dirname, "../worker.ts"),
    env: { ...env, HOLDFAST_ROLE: "worker", DATABASE_URL: databaseUrl },
    // A backup of a million files leaves much behind: V8 would let its heap grow severalfold before it looks.
    nodeFlags: ["--heap-growing-percent=30"],
    log,
  });
}
