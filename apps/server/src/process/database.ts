import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { identityMigrations } from "@holdfast/identity";
import { type Postgres, type StartOptions, startPostgres } from "@holdfast/postgres";
import type { Logger } from "pino";
import type { Config } from "../config.ts";
import { type DataFolder, watchDataFolder } from "../platform/data-folder.ts";
import { meansAway } from "../platform/database/away.ts";
import { type Migration, MigrationError, migrate, readMigrations } from "../platform/database/migrate.ts";
import { recordCluster, requireItsCluster } from "./cluster-record.ts";
import { StartError } from "./failure.ts";

export interface RunningDatabase {
  readonly url: string;
  /** Watched for an embedded database, which is in it. */
  readonly folder?: DataFolder;
  stop(patience: number): Promise<void>;
}

/**
 * The PostgreSQL of the settings, or the embedded one, which is started, and started again should it ever end. Its cluster is made at the
 * first start on a new data folder and never again: while the folder is away, so is the database. The signal ends a start that is under way.
 * @throws StartError, PostgresError
 */
export async function openDatabase(config: Config, log: Logger, signal?: AbortSignal): Promise<RunningDatabase> {
  if (config.databaseUrl) return { url: config.databaseUrl, stop: async () => {} };
  const dataDir = join(config.dataDir, "postgres");
  await requireItsCluster(config.dataDir);
  const options: StartOptions = { dataDir, log: (line) => relay(log, line) };
  let postgres = await startPostgres({ ...options, signal });
  const { url, systemIdentifier: existing } = postgres;
  await recordCluster(config.dataDir, existing);
  const folder = await watchDataFolder(config.dataDir, log, { parts: ["keys", "postgres"] });
  const isLocalSocket = new URL(url).searchParams.has("host");
  const again: StartOptions = { ...options, existing, ...(isLocalSocket ? {} : { port: postgres.port }) };
  const stopping = new AbortController();
  let restarting: Promise<void> = Promise.resolve();

  const watch = (server: Postgres): void => {
    void server.exited.then((end) => {
      if (stopping.signal.aborted) return;
      log.error(end, "PostgreSQL ended and is started again");
      restarting = restart().catch((error: unknown) => {
        if (!stopping.signal.aborted) log.error({ err: error }, "PostgreSQL is not started again");
      });
    });
  };
  const restart = async (): Promise<void> => {
    for (let pause = 100; !stopping.signal.aborted; pause = Math.min(pause * 2, 10_000)) {
      await folder.untilBack(stopping.signal);
      try {
        postgres = await startPostgres(again);
        watch(postgres);
        return;
      } catch (error) {
        log.error({ err: error, pauseMs: pause }, "PostgreSQL does not start; trying again");
        await sleep(pause, undefined, { signal: stopping.signal });
      }
    }
  };
  watch(postgres);
  // It has stayed in the folder of the former device, whose files are not those that are there now.
  folder.onBack((moved) => {
    if (moved) void postgres.stop(0);
  });
  return {
    url,
    folder,
    async stop(patience) {
      stopping.abort();
      folder.close();
      await restarting;
      await postgres.stop(patience);
    },
  };
}

/** PostgreSQL's own lines: refusals of single statements are the business of whoever sent them. */
function relay(log: Logger, line: string): void {
  if (
    /^(PANIC|FATAL):/.test(line) &&
    !/terminating (connection|background)|shutting down|starting up|accepting connections/.test(line)
  ) {
    log.error({ from: "postgres" }, line);
  } else if (/^(WARNING|stopping)/.test(line)) log.warn({ from: "postgres" }, line);
  else log.debug({ from: "postgres" }, line);
}

/** Our schema, after the `auth` schema where the embedded service answers (a real Supabase has its own). */
export async function migrateAll(url: string, config: Config): Promise<string[]> {
  const all = allMigrations(config);
  const end = performance.now() + 30_000;
  for (;;) {
    try {
      return await migrate(url, all);
    } catch (error) {
      if (error instanceof MigrationError) throw error;
      // In a larger installation the database may come up after us.
      if (!meansAway(error) || performance.now() > end) throw explain(error as Error, url);
      await sleep(500);
    }
  }
}

/** Everything that this Holdfast knows of a database's schema. */
export function allMigrations(config: Pick<Config, "supabase">): Migration[] {
  const ours = readMigrations(join(import.meta.dirname, "../../../../supabase/migrations"));
  return config.supabase ? ours : [...identityMigrations, ...ours];
}

function explain(error: Error, url: string): Error {
  const { code = "" } = error as NodeJS.ErrnoException;
  const { hostname, port, pathname } = new URL(url);
  const server = `${hostname}:${port || 5432}`;
  if (meansAway(error))
    return new StartError(`The database at ${server} does not answer (${code || error.message}): check DATABASE_URL.`);
  if (code === "28P01" || code === "28000") {
    return new StartError(`The database at ${server} refuses the user or password of DATABASE_URL.`);
  }
  if (code === "3D000") return new StartError(`The server at ${server} has no database "${pathname.slice(1)}".`);
  if (code === "42501") return new StartError(`The database user may not change the schema: ${error.message}.`);
  return error;
}
