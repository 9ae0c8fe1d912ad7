import type pg from "pg";
import type { Logger } from "pino";
import { resolveAlerts } from "../../../platform/monitoring/alerts.ts";

const BATCH = 500;
const AFTER_MS = 5_000;

/** Kinds of alerts that end when a segment is found whole. */
export const damagedAlert = "content.damaged";

/** Writes down which segments were read and found right, many at a time. What a crash loses is read again by the scrub. */
export interface VerifiedNotes {
  add(sha256: Buffer): void;
  close(): Promise<void>;
}

export function createVerifiedNotes(pool: pg.Pool, log: Logger): VerifiedNotes {
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
      .then(() => write(pool, batch))
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

/** A day's difference says nothing to the scrub, which reads each within thirty: so a segment's row changes once a day at most. */
async function write(pool: pg.Pool, batch: Buffer[]): Promise<void> {
  // In one order for all, so that two processes never wait for each other.
  const sorted = batch.sort(Buffer.compare);
  const { rows } = await pool.query<{ sha256: Buffer; was: string }>({
    name: "note-verified",
    text: `with due as materialized (
        select sha256, state from holdfast.segments
        where sha256 = any($1::bytea[]) and (verified_at is null or verified_at < now() - interval '1 day' or state = 'bad')
        order by sha256 for update
      )
      update holdfast.segments s set verified_at = now(), state = 'stored' from due where s.sha256 = due.sha256
      returning s.sha256, due.state as was`,
    values: [sorted],
  });
  const healed = rows.filter(({ was }) => was === "bad").map(({ sha256 }) => sha256.toString("hex"));
  if (healed.length > 0) await resolveAlerts(pool, damagedAlert, healed);
}
