import type { BackupsDeps } from "../backups.deps.ts";
import { beat, type Counted, type WorkCounts } from "../states/heartbeat.queries.ts";

/** Beginnings, not failures of their own: work that ends its worker each time is not begun a sixth time. */
export const maxAttempts = 5;

/** Thrown into work that a person has cancelled. */
export class Cancelled extends Error {
  override name = "Cancelled";
}

export interface Tracker {
  /** Aborted when the worker stops, or with `Cancelled` when somebody has asked for it. */
  readonly signal: AbortSignal;
  set(counts: WorkCounts): void;
  /** Writes what was set last. Call it once at the end, whatever the end. */
  stop(): Promise<void>;
}

/** Also where nothing moves: a worker that is alive is known to be, and a request to cancel is noticed at once. */
const EVERY_MS = 500;

/** Keeps a row of work up to date, at most every 500 ms, notifies open pages, and looks whether somebody wants it to end. */
export function trackWork(
  deps: Pick<BackupsDeps, "db" | "log">,
  table: "backups" | "restores",
  id: string,
  signal: AbortSignal,
  notify: () => void,
): Tracker {
  const cancel = new AbortController();
  let counts: WorkCounts = {};
  let dirty = false;
  let writing: Promise<void> = Promise.resolve();

  async function write(): Promise<void> {
    const names = Object.keys(counts) as Counted[];
    const changed = dirty;
    dirty = false;
    const row = await beat.of({ table, counts: names }).first(deps.db, id, ...names.map((name) => counts[name]));
    if (changed) notify();
    if (row?.cancel_requested !== false) cancel.abort(new Cancelled("It was cancelled."));
  }

  let busy = false;
  const timer = setInterval(() => {
    if (busy) return;
    busy = true;
    writing = write()
      .catch((error) => deps.log.warn({ err: error }, "the progress of a backup could not be written"))
      .finally(() => {
        busy = false;
      });
  }, EVERY_MS);

  return {
    signal: AbortSignal.any([signal, cancel.signal]),
    set(changes) {
      counts = { ...counts, ...changes };
      dirty = true;
    },
    async stop() {
      clearInterval(timer);
      await writing;
      if (dirty) await write().catch((error) => deps.log.warn({ err: error }, "the progress could not be written"));
    },
  };
}
