import { join } from "node:path";
import type pg from "pg";
import type { Config } from "../../config.ts";
import { backupHealth, comparePassword } from "../../features/backups/index.ts";
import {
  backupChecks,
  type Check,
  databaseChecks,
  findOldTransaction,
  findRights,
  found,
  judgeRights,
  judgeSchema,
  judgeTransaction,
  ok,
  schemaState,
  settingChecks,
} from "../../features/operate/index.ts";
import { systemClock } from "../../platform/clock.ts";
import { createDatabase, sqlState } from "../../platform/database/database.ts";
import { workerSilence } from "../../platform/jobs/heartbeat.ts";
import { ping } from "../../platform/monitoring/readiness.queries.ts";
import { readText } from "../../platform/secret-files.ts";
import { compareSecret } from "../../platform/shared-secrets.ts";
import { explainStore } from "../../platform/storage/explain-store.ts";
import { openStore } from "../../platform/storage/open-store.ts";
import { knownSchema } from "../../process/database.ts";

interface Asked {
  readonly config: Config;
  readonly unknownSettings: readonly string[];
  readonly isRunning: boolean;
}

/** What the database and the store say. Of a database whose schema is older some cannot be looked at, and are said to be so. */
export async function installedChecks(pool: pg.Pool, { config, unknownSettings, isRunning }: Asked): Promise<Check[]> {
  const db = createDatabase(pool);
  const { auth, holdfast } = knownSchema();
  const known = config.supabase ? holdfast : [...auth, ...holdfast];
  const away = await ping.first(db).then(() => null, String);
  if (away !== null) return [{ id: "database", area: "database", look: () => judgeAway(away, config.databaseUrl) }];
  const state = await schemaState(db, known).catch((error: unknown) => {
    // Nothing has been applied to it.
    if (sqlState(error) === "42P01") return { version: null, applied: 0, pending: [], newer: [] };
    throw error;
  });
  const deps = {
    ...{ db, config, unknownSettings, clock: systemClock, embedded: config.databaseUrl === null },
    backupHealth: () => backupHealth({ db, clock: systemClock }),
    readiness: () => Promise.reject(new Error("nobody asks for it here")),
  };
  const always: Check[] = [
    { id: "schema", area: "database", look: () => judgeSchema(state) },
    {
      id: "rights",
      area: "database",
      async look() {
        const rights = await findRights.first(db);
        return rights ? judgeRights(rights, config.supabase !== null) : null;
      },
    },
    {
      id: "transactions",
      area: "database",
      look: async () => judgeTransaction((await findOldTransaction.first(db)) ?? null),
    },
  ];
  // Nothing has started on it yet: there is nothing to look at.
  if (state.version === null) return always;
  return [
    ...always,
    ...databaseChecks(deps),
    ...backupChecks(deps),
    ...settingChecks(deps, null),
    { id: "secrets", area: "server", look: () => judgeSecrets(db, config) },
    { id: "store", area: "service", look: () => judgeStore(config) },
    {
      id: "worker",
      area: "service",
      async look() {
        if (!isRunning) return null;
        const silence = await workerSilence(db);
        if (silence !== null && silence < 60_000) return ok("A worker is alive.");
        return found("problem", "No worker is alive.", "Its log says why. Start a process of role all or worker.");
      },
    },
  ];
}

function judgeAway(reason: string, url: string | null) {
  const server = url === null ? "The embedded database" : `The database at ${new URL(url).host}`;
  const sentence = `${server} cannot be used: ${reason.replace(/^Error: /, "").replace(/\.?$/, ".")}`;
  return found("problem", sentence, "Check that PostgreSQL runs, and DATABASE_URL with its user and password.");
}

async function judgeSecrets(db: ReturnType<typeof createDatabase>, { dataDir }: Config) {
  const linkKey = await readText(join(dataDir, "keys", "link-key"));
  try {
    await compareSecret(db, dataDir, "link-key", linkKey ?? "");
    if (linkKey !== null) await comparePassword(db, dataDir, linkKey);
    return ok("The secrets of the data folder are those of the database.");
  } catch (error) {
    return found("problem", "The secrets of the data folder are not those of the database.", (error as Error).message);
  }
}

async function judgeStore(config: Config) {
  try {
    const store = await openStore(config, async () => true);
    try {
      await store.probe();
    } finally {
      await store.close();
    }
    return ok("The file store can be written and read.");
  } catch (error) {
    return found("problem", "The file store cannot be used.", explainStore(error));
  }
}
