import type { PgBoss } from "pg-boss";
import type { Queryable } from "../database/database.ts";
import { newId } from "../ids.ts";
import { type BossDeps, ensureQueues, startBoss } from "./boss.ts";
import type { JobDefinition, Jobs } from "./job.ts";
import { sweepJobsDefinition } from "./sweep.ts";

/** NOTIFY on it names queues, comma-separated, that have got jobs. A hint only: workers poll as well. */
export const wakeChannel = "holdfast_jobs";

/** Long enough for most transactions to commit, short enough for nobody to notice. */
const WAKE_AFTER_MS = 100;

export interface JobQueue extends Jobs {
  /** Makes known what can be enqueued: every job of this installation, whether or not this process runs any. */
  register(definitions: readonly JobDefinition[]): Promise<void>;
  /** Names of those that run every few minutes by themselves: there are thousands of them a week. */
  routine(): string[];
  /**
   * Puts a job that has failed for good back into its queue, in the transaction `db`.
   * @returns false where there is no such failed job
   */
  retry(db: Queryable, name: string, id: string): Promise<boolean>;
  close(): Promise<void>;
}

/** What enqueues: cheap enough for every process. It runs nothing, watches nothing and schedules nothing; `startWorker` does. */
export async function createJobs(deps: BossDeps): Promise<JobQueue> {
  const boss = await startBoss(deps, { supervise: false, schedule: false });
  const names = new Set<string>();
  const routine = new Set<string>();
  const wake = createWaker(deps);

  async function register(definitions: readonly JobDefinition[]): Promise<void> {
    await ensureQueues(boss, definitions);
    for (const { name, cron } of definitions) {
      names.add(name);
      // Not at one minute of the hour, but at many.
      if (cron?.startsWith("*")) routine.add(name);
    }
  }
  await register([sweepJobsDefinition]);

  return {
    register,
    routine: () => [...routine],
    async enqueue(db, job, payload, options = {}) {
      if (!names.has(job.name)) throw new Error(`The job ${job.name} was never registered.`);
      job.payload.parse(payload);
      await boss.send(job.name, payload as object, {
        // Without a key every job is its own.
        singletonKey: options.singletonKey ?? newId(),
        ...(options.startAfter ? { startAfter: options.startAfter } : {}),
        db: joining(db),
      });
      if (!options.startAfter) wake.soon(job.name);
    },
    async retry(db, name, id) {
      if (!names.has(name)) return false;
      const affected = await retryFailed(boss, db, name, id);
      if (affected) wake.soon(name);
      return affected;
    },
    async close() {
      await wake.close();
      await boss.stop({ graceful: false, close: false });
    },
  };
}

function joining(db: Queryable) {
  return {
    executeSql: (text: string, values?: unknown[]) => db.query(text, values),
  };
}

async function retryFailed(boss: PgBoss, db: Queryable, name: string, id: string): Promise<boolean> {
  const [found] = await boss.findJobs(name, { id, db: joining(db) });
  if (found?.state !== "failed") return false;
  await boss.retry(name, id, { db: joining(db) });
  return true;
}

/**
 * Says on a connection of its own that jobs are there, at most every 100 ms: a NOTIFY inside the writers' transactions would make all
 * of them commit one after another.
 */
function createWaker({ db, log }: BossDeps) {
  const waiting = new Set<string>();
  let timer: NodeJS.Timeout | null = null;
  let sending: Promise<void> = Promise.resolve();
  const send = () => {
    timer = null;
    const payload = [...waiting].join(",");
    waiting.clear();
    sending = db.query("select pg_notify($1, $2)", [wakeChannel, payload]).then(
      () => {},
      (error) => log.debug({ err: error }, "jobs: workers will find the new jobs by polling"),
    );
  };
  return {
    soon(name: string): void {
      waiting.add(name);
      timer ??= setTimeout(send, WAKE_AFTER_MS).unref();
    },
    async close(): Promise<void> {
      if (timer) {
        clearTimeout(timer);
        send();
      }
      await sending;
    },
  };
}
