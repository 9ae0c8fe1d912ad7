import { resumeBackups } from "./features/backups/index.ts";
import { watchForSuspicious } from "./features/operate/index.ts";
import { startWorker } from "./platform/jobs/worker.ts";
import { announceNode } from "./platform/nodes/announce-node.ts";
import type { Services } from "./services.ts";
import { revision, version } from "./version.ts";

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
  maintenance,
  metrics,
  auth,
  clock,
  traffic,
}: Services): Promise<RunningJobs> {
  const onRun = metrics.jobRan;
  const worker = await startWorker({ db, queue: relaxed, log, folder, listener, handlers, maintenance, onRun });
  await resumeBackups(backups);
  const watching = watchForSuspicious({ db, clock, log, auth });
  const node = await announceNode({ db: relaxed, log, role: "worker", version: version(), revision: revision() });
  const stopCounting = traffic.start("worker");
  return {
    async close(graceMs) {
      await watching.close();
      await worker.stop(graceMs);
      await stopCounting();
      await node.close();
    },
  };
}
