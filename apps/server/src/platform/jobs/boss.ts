import { type ConstructorOptions, PgBoss } from "pg-boss";
import type { Logger } from "pino";
import type { Database } from "../database/database.ts";
import type { JobDefinition } from "./job.ts";

/** Where pg-boss keeps its tables: beside ours, in the same database, so that a job commits with what it follows. */
export const bossSchema = "pgboss";

const DAY_SECONDS = 86_400;

export interface BossDeps {
  readonly db: Database;
  readonly log: Logger;
}

/**
 * pg-boss over our pool, started. Several processes may start at once: whoever comes second waits for the schema. A role that may not create schemas needs `pgboss` to exist and to be its own.
 */
export async function startBoss({ db, log }: BossDeps, options: ConstructorOptions): Promise<PgBoss> {
  const { rows } = await db.query("select from pg_namespace where nspname = $1", [bossSchema]);
  const boss = new PgBoss({
    schema: bossSchema,
    createSchema: rows.length === 0,
    // Queues' statistics, index rebuilding and flows are for installations of another size; each would cost an idle server queries.
    persistQueueStats: false,
    registerInstance: false,
    reindex: false,
    monitorVacuum: false,
    flowIntervalSeconds: 3600,
    ...options,
    db: { executeSql: (text, values) => db.query(text, values) },
  });
  boss.on("error", (error) => log.warn({ err: error }, "jobs: the queue has met an error"));
  boss.on("warning", (warning) => log.warn({ warning: warning.data }, `jobs: ${warning.message}`));
  await boss.start();
  return boss;
}

function queueOptions(definition: JobDefinition) {
  return {
    retryLimit: definition.retryLimit ?? 5,
    retryDelay: definition.retryDelaySeconds ?? 5,
    // Pauses double with each try, each between half of that and all of it at random.
    retryBackoff: true,
    expireInSeconds: definition.expireInSeconds ?? 15 * 60,
    // A worker that was killed stops sending these; its job is then given to another.
    heartbeatSeconds: 20,
    retentionSeconds: 90 * DAY_SECONDS,
    // Never by itself: `sweepJobs` deletes finished jobs, and failed ones only long after.
    deleteAfterSeconds: 0,
  };
}

/** Makes the queues that are missing, and brings the others up to date. */
export async function ensureQueues(boss: PgBoss, definitions: readonly JobDefinition[]): Promise<void> {
  const known = new Map((await boss.getQueues()).map((queue) => [queue.name, queue]));
  for (const definition of definitions) {
    const wanted = queueOptions(definition);
    const found = known.get(definition.name);
    // `short`: at most one job with the same key waits.
    if (!found) await boss.createQueue(definition.name, { ...wanted, policy: "short" });
    else if (Object.entries(wanted).some(([key, value]) => found[key as keyof typeof wanted] !== value)) {
      await boss.updateQueue(definition.name, wanted);
    }
  }
}
