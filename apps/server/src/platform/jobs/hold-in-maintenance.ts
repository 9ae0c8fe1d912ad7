import type { Logger } from "pino";
import type { Maintenance } from "../maintenance/maintenance.ts";
import type { JobHandler } from "./job.ts";

const held = new Error("Maintenance mode is on: what changes data waits for its end.");

/** Whether a job was stopped because maintenance mode began. */
export function isHeld(signal: AbortSignal): boolean {
  return signal.reason === held;
}

interface Queues {
  /** Takes jobs of a queue, whose signals are aborted with this one. */
  begin(handler: JobHandler, signal: AbortSignal): Promise<void>;
  /** Takes no more. */
  end(name: string): Promise<void>;
}

interface Deps {
  readonly maintenance?: Pick<Maintenance, "current" | "onChange">;
  readonly log: Logger;
}

/**
 * Takes jobs that change data while maintenance mode is off. When it begins, the ones that run are stopped at their next safe place; they and
 * those that come are in the queue when it ends.
 */
export async function holdInMaintenance(
  { maintenance, log }: Deps,
  all: readonly JobHandler[],
  stopping: AbortSignal,
  queues: Queues,
): Promise<{ close(): Promise<void> }> {
  const handlers = all.filter(({ definition }) => definition.changesData);
  let running: AbortController | null = null;
  // One turn after the other, however often it is switched.
  let last: Promise<void> = Promise.resolve();

  async function follow(): Promise<void> {
    const isOn = maintenance !== undefined && maintenance.current() !== null;
    if (stopping.aborted || isOn === (running === null)) return;
    if (isOn) {
      running?.abort(held);
      running = null;
      for (const { definition } of handlers) await queues.end(definition.name);
      return;
    }
    running = new AbortController();
    const signal = AbortSignal.any([stopping, running.signal]);
    for (const handler of handlers) await queues.begin(handler, signal);
  }
  function turn(): Promise<void> {
    last = last.then(follow).catch((err: unknown) => {
      log.error({ err }, "jobs: the queues could not follow maintenance mode");
    });
    return last;
  }

  const leave = maintenance?.onChange(() => void turn());
  await turn();
  return {
    async close() {
      leave?.();
      await last;
    },
  };
}
