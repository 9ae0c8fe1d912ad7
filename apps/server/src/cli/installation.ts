import { join } from "node:path";
import { runningPostgresUrl } from "@holdfast/postgres";
import type { Config } from "../config.ts";
import { systemClock } from "../platform/clock.ts";
import { createPool } from "../platform/database/pool.ts";
import { createLog } from "../platform/log.ts";
import { takeDataFolder } from "../process/data-folder.ts";
import { migrateAll, openDatabase } from "../process/database.ts";
import { StartError } from "../process/failure.ts";
import { createServices, type Services } from "../services.ts";

export interface Installation {
  readonly services: Services;
  /** Whether a Holdfast runs on it, whose worker does the work. */
  readonly isRunning: boolean;
}

/** Runs `work` with the services of an installation, beside a running Holdfast or in its place. */
export async function withInstallation<T>(
  config: Config,
  work: (installation: Installation) => Promise<T>,
): Promise<T> {
  const log = createLog({ logLevel: "error" }, "cli");
  return withDatabase(config, async (databaseUrl, isRunning) => {
    if (!isRunning) await migrateAll(databaseUrl, config);
    const pool = createPool(databaseUrl, {
      max: 8,
      name: "holdfast cli",
      onError: (error) => log.warn({ err: error }, "a connection to the database broke"),
    });
    const services = await createServices(config, { pool, databaseUrl, log, clock: systemClock });
    try {
      return await work({ services, isRunning });
    } finally {
      await services.close();
    }
  });
}

/** The database of the settings: the one of a running Holdfast, or started for as long as `work` takes. */
export async function withDatabase<T>(
  config: Config,
  work: (databaseUrl: string, isRunning: boolean) => Promise<T>,
): Promise<T> {
  let folder: { release(): void };
  try {
    folder = takeDataFolder(config.dataDir);
  } catch (error) {
    if (!(error instanceof StartError) || !/already running/.test(error.message)) throw error;
    const url = config.databaseUrl ?? (await runningPostgresUrl(join(config.dataDir, "postgres")));
    if (url === null) throw error;
    return work(url, true);
  }
  try {
    const log = createLog({ logLevel: "error" }, "cli");
    const database = await openDatabase(config, log);
    try {
      return await work(database.url, false);
    } finally {
      await database.stop(8000);
    }
  } finally {
    folder.release();
  }
}
