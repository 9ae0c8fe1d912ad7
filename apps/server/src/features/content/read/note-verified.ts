import type { Logger } from "pino";
import type { Database } from "../../../platform/database/database.ts";
import { resolveAlerts } from "../../../platform/monitoring/alerts.ts";
import { noteVerified } from "./note-verified.queries.ts";

const BATCH = 500;
const AFTER_MS = 5_000;

/** Kinds of alerts that end when a segment is found whole. */
export const damagedAlert = "content.damaged";

/** Writes down which segments were read and found right, many at a time. What a crash loses is read again by the scrub. */
export interface VerifiedNotes {
  add(sha256: Buffer): void;
  close(): Promise<void>;
}

export function createVerifiedNotes(db: Database, log: Logger): VerifiedNotes {
  let waiting = new Map<string, Buffer>();
  let timer: NodeJS.Timeout | null = null;
  let writing: Promise<void> = Promise.resolve();

  function flush(): void {
    if (timer) clearTimeout(timer);
    timer = null;
    const batch = [...waiting.values()];
    waiting = new Map();
    if (batch.length === 0) return;
    writing = writing
      .then(() => write(db, batch))
      .catch((error: unknown) => log.warn({ err: error }, "that stored pieces were verified could not be noted"));
  }

  return {
    add(sha256) {
      waiting.set(sha256.toString("latin1"), sha256);
      if (waiting.size >= BATCH) flush();
      else timer ??= setTimeout(flush, AFTER_MS).unref();
    },
    async close() {
      flush();
      await writing;
    },
  };
}

async function write(db: Database, batch: Buffer[]): Promise<void> {
  // In one order for all, so that two processes never wait for each other.
  const rows = await noteVerified.all(db, batch.sort(Buffer.compare));
  const healed = rows.filter(({ was }) => was === "bad").map(({ sha256 }) => sha256.toString("hex"));
  if (healed.length > 0) await resolveAlerts(db, damagedAlert, healed);
}
