import type { Services } from "./services.ts";

export interface RunningJobs {
  /** Takes no new job, and gives running ones `graceMs` to reach a safe place. */
  close(graceMs: number): Promise<void>;
}

/** Works off the queue. Where the worker's process starts. */
export async function startJobs(_services: Services): Promise<RunningJobs> {
  const timer = setInterval(() => {}, 60_000);
  return { close: async () => clearInterval(timer) };
}
