import type { Clock } from "../../../platform/clock.ts";

const AGAIN_AFTER_MS = 3000;

/** Whether there is still something to do: a job of what has come to an end does nothing. */
export function isOpen({ status }: { status: string }): boolean {
  return status === "queued" || status === "running";
}

/** For the job of a backup or restore that found the scope's lock, or the repository's, taken: when it is tried again, and once only. */
export function comingBack(clock: Clock, id: string): { startAfter: Date; singletonKey: string } {
  return { startAfter: new Date(clock.now().getTime() + AGAIN_AFTER_MS), singletonKey: `wait ${id}` };
}
