import { resumeBackups } from "./features/backups/index.ts";
import { startWorker } from "./platform/jobs/worker.ts";
import type { Services } from "./services.ts";

export interface RunningJobs {
  /** Takes no new job, and gives running ones `graceMs` to reach a safe place. */
  close(graceMs: number): Promise<void>;
}

/** Works off the queue. Where the worker's process starts. */
export async function startJobs({
  db,
  relaxed,
  log,
  folder,
  listener,
  handlers,
  backups,
  traffic,
}: Services): Promise<RunningJobs> {
  const worker = await startWorker({ db, queue: relaxed, log, folder, listener, handlers });
  await resumeBackups(backups);
  const stopCounting = traffic.start("worker");
  return {
    async close(graceMs) {
      await worker.stop(graceMs);
      await stopCounting();
    },
  };
}
