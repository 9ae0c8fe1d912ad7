import { statfsSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { identityMigrations } from "@holdfast/identity";
import { type Postgres, type StartOptions, startPostgres } from "@holdfast/postgres";
import type { Logger } from "pino";
import type { Config } from "../config.ts";
import { type DataFolder, watchDataFolder } from "../platform/data-folder.ts";
import { meansAway } from "../platform/database/away.ts";
import { explainDatabaseError } from "../platform/database/explain.ts";
import { type Migration, MigrationError, migrate, readMigrations } from "../platform/database/migrate/migrate.ts";
import { missingRight } from "../platform/database/missing-right.ts";
import { reserveFile } from "../platform/storage/reserve-file.ts";
import { databaseSpaceSettings, spaceLimits } from "../platform/storage/space-limits.ts";
import { recordCluster, requireItsCluster } from "./cluster-record.ts";
import { StartError } from "./failure.ts";
import { keepReserve, releaseIfFull } from "./reserve.ts";

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
  const { dataDir } = config;
  const { minFreeSpace } = config.limits;
  await requireItsCluster(dataDir);
  const { blocks, bsize } = statfsSync(dirname(reserveFile(dataDir)));
  const options: StartOptions = {
    dataDir: join(dataDir, "postgres"),
    log: (line) => relay(log, line),
    settings: databaseSpaceSettings(blocks * bsize, spaceLimits(blocks * bsize, minFreeSpace, true)),
  };
  releaseIfFull(dataDir);
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
        releaseIfFull(dataDir);
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
  const letGo = keepReserve(folder, minFreeSpace, log);
  // It has stayed in the folder of the former device, whose files are not those that are there now.
  folder.onBack((moved) => {
    if (moved) void postgres.stop(0);
  });
  return {
    url,
    folder,
    async stop(patience) {
      stopping.abort();
      letGo();
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

/**
 * Our schema, after the `auth` schema where the embedded service answers (a real Supabase has its own).
 * @param tell is told at once that the database is waited for, where it does not answer
 */
export async function migrateAll(url: string, config: Config, tell?: (sentence: string) => void): Promise<string[]> {
  const { auth, holdfast } = knownSchema();
  const all = config.supabase ? holdfast : [...auth, ...holdfast];
  const end = performance.now() + PATIENCE_MS;
  for (let told = false; ; told = true) {
    try {
      return await migrate(url, all);
    } catch (error) {
      if (error instanceof MigrationError) throw error;
      if (!meansAway(error) || performance.now() > end) throw explain(error as Error, url);
      const { code, message } = error as NodeJS.ErrnoException;
      const seconds = PATIENCE_MS / 1000;
      if (!told)
        tell?.(
          `The database at ${serverOf(url)} does not answer yet (${code ?? message}): waiting up to ${seconds} s for it.`,
        );
      await sleep(500);
    }
  }
}

/** What this Holdfast knows of a database's schema. */
export function knownSchema(): { auth: readonly Migration[]; holdfast: readonly Migration[] } {
  const holdfast = readMigrations(join(import.meta.dirname, "../../../../supabase/migrations"));
  return { auth: identityMigrations, holdfast };
}

/** In a larger installation the database may come up after us. */
const PATIENCE_MS = 30_000;

function explain(error: Error, url: string): Error {
  const sentence = explainDatabaseError(error, url, "DATABASE_URL");
  if (sentence) return new StartError(sentence);
  const { pathname, username } = new URL(url);
  const remedy = missingRight(error, { user: decodeURIComponent(username), database: pathname.slice(1) });
  if (remedy) return new StartError(`The database user may not change the schema: ${error.message}. ${remedy}`);
  return error;
}

function serverOf(url: string): string {
  const { hostname, port } = new URL(url);
  return `${hostname}:${port || 5432}`;
}
