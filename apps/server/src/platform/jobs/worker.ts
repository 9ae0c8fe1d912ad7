import type { ConstructorOptions, Job, PgBoss } from "pg-boss";
import type { DataFolder } from "../data-folder.ts";
import type { Database } from "../database/database.ts";
import type { Listener } from "../database/listen.ts";
import type { Maintenance } from "../maintenance/maintenance.ts";
import { startTrace, within } from "../telemetry/tracing.ts";
import { type BossDeps, bossSchema, ensureQueues, startBoss } from "./boss.ts";
import { beatWorker } from "./heartbeat.ts";
import { holdInMaintenance, isHeld } from "./hold-in-maintenance.ts";
import type { JobHandler } from "./job.ts";
import { wakeChannel } from "./jobs.ts";
import { sweepJobs } from "./sweep.ts";

export interface WorkerDeps extends BossDeps {
  readonly handlers: readonly JobHandler[];
  /** For taking and ending jobs: commits without waiting for the disk. What a crash of PostgreSQL makes it forget is run again. */
  readonly queue?: Database;
  /** Wakes the worker as soon as there is something to do; without it jobs start within the polling interval. */
  readonly listener?: Listener;
  /** No job begins while it is away. */
  readonly folder?: Pick<DataFolder, "untilBack">;
  /** Jobs that change people's data wait while it is on. */
  readonly maintenance?: Pick<Maintenance, "current" | "onChange">;
  /** Told of every run. */
  readonly onRun?: (job: string, milliseconds: number, failed: boolean) => void;
  /** How often each queue is asked for work when nothing wakes it. Default 2 s. */
  readonly pollSeconds?: number;
  /** How often jobs of dead workers, and the clock of schedules, are looked at. Default 15 s. */
  readonly superviseSeconds?: number;
}

export interface Worker {
  /**
   * Takes no more jobs, lets those that run finish for half of `graceMs`, aborts their signals then, and gives back to the queue what has
   * not stopped by the end of it.
   */
  stop(graceMs: number): Promise<void>;
}

const HEARTBEAT_MS = 10_000;
/** The second and further slots of a queue are woken where the first is; they poll rarely. */
const SPARE_POLL_SECONDS = 30;

/** Runs jobs: as many workers as wanted may do so over one database. */
export async function startWorker(deps: WorkerDeps): Promise<Worker> {
  const handlers = [...deps.handlers, sweepJobs(deps.db)];
  const seconds = deps.superviseSeconds ?? 15;
  const boss = await startBoss({ db: deps.queue ?? deps.db, log: deps.log }, supervision(seconds));
  await ensureQueues(
    boss,
    handlers.map(({ definition }) => definition),
  );
  await ensureSchedules(boss, handlers);

  const stopping = new AbortController();
  const slots = new Map<string, string[]>();
  const begin = async (handler: JobHandler, signal: AbortSignal) => {
    slots.set(handler.definition.name, await workQueue(boss, deps, handler, signal));
  };
  for (const handler of handlers.filter(({ definition }) => !definition.changesData))
    await begin(handler, stopping.signal);
  const changing = await holdInMaintenance(deps, handlers, stopping.signal, {
    begin,
    async end(name) {
      slots.delete(name);
      // What runs has been told to stop, and is tried again later.
      await boss.offWork(name, { wait: false });
    },
  });

  const wake = (names: Iterable<string>) => {
    for (const name of names) for (const slot of slots.get(name) ?? []) boss.notifyWorker(slot);
  };
  const unsubscribe = await deps.listener?.subscribe(
    wakeChannel,
    (payload) => wake(payload.split(",")),
    () => wake(slots.keys()),
  );
  const beat = () =>
    beatWorker(deps.db).catch((error) => deps.log.warn({ err: error }, "jobs: the heartbeat could not be written"));
  await beat();
  const beating = setInterval(beat, HEARTBEAT_MS);

  return {
    async stop(graceMs) {
      clearInterval(beating);
      unsubscribe?.();
      await changing.close();
      const abort = setTimeout(() => stopping.abort(new Error("The worker stops.")), graceMs / 2);
      await boss.stop({ graceful: true, timeout: graceMs, close: false });
      clearTimeout(abort);
    },
  };
}

function supervision(seconds: number): ConstructorOptions {
  return {
    supervise: true,
    schedule: true,
    superviseIntervalSeconds: seconds,
    monitorIntervalSeconds: seconds,
    cronMonitorIntervalSeconds: Math.min(seconds * 2, 30),
    cronWorkerIntervalSeconds: Math.min(seconds, 10),
  };
}

async function ensureSchedules(boss: PgBoss, handlers: readonly JobHandler[]): Promise<void> {
  const wanted = new Map(
    handlers.flatMap(({ definition }) => (definition.cron ? [[definition.name, definition.cron]] : [])),
  );
  const found = new Map((await boss.getSchedules()).map((schedule) => [schedule.name, schedule.cron]));
  for (const [name, cron] of wanted) {
    // With one key a run that is still waiting is not joined by the next.
    if (found.get(name) !== cron) await boss.schedule(name, cron, {}, { tz: "UTC", singletonKey: "cron" });
  }
  for (const name of found.keys()) if (!wanted.has(name)) await boss.unschedule(name);
}

/** What a run by the clock left undone, the next one has done: an earlier run that was killed or failed asks nobody for anything. */
async function forgetFailedRuns({ db, log }: WorkerDeps, name: string, id: string): Promise<void> {
  await db
    .query(
      `delete from ${bossSchema}.job where name = $1 and state = 'failed'
         and created_on < (select created_on from ${bossSchema}.job where name = $1 and id = $2)`,
      [name, id],
    )
    .catch((error: unknown) => log.warn({ err: error }, "jobs: failed runs of before could not be removed"));
}

async function workQueue(
  boss: PgBoss,
  deps: WorkerDeps,
  handler: JobHandler,
  stopping: AbortSignal,
): Promise<string[]> {
  const { definition } = handler;
  const slots: string[] = [];
  for (let slot = 0; slot < (definition.concurrency ?? 1); slot++) {
    const pollingIntervalSeconds = slot === 0 ? (deps.pollSeconds ?? 2) : SPARE_POLL_SECONDS;
    const id = await boss.work(definition.name, { pollingIntervalSeconds }, async ([job]: Job[]) => {
      if (!job) return;
      const log = deps.log.child({ job: definition.name, jobId: job.id });
      const began = performance.now();
      const span = startTrace("internal", definition.name, null);
      let failed = false;
      try {
        const signal = AbortSignal.any([job.signal, stopping]);
        await deps.folder?.untilBack(signal);
        const payload = definition.payload.parse(job.data ?? {});
        await within(span, () => handler.run(payload, { signal, log, retryCount: job.retryCount }));
        if (definition.cron) await forgetFailedRuns(deps, definition.name, job.id);
      } catch (error) {
        if (isHeld(stopping)) log.info("the job waits for the end of maintenance mode");
        else log.error({ err: error, retryCount: job.retryCount }, "job failed");
        failed = !isHeld(stopping);
        throw error;
      } finally {
        deps.onRun?.(definition.name, performance.now() - began, failed);
        span?.end(failed);
        // There may be more where this came from: ask again at once.
        boss.notifyWorker(slots[slot] as string);
      }
    });
    slots.push(id);
  }
  return slots;
}
