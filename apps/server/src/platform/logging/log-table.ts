import { hostname } from "node:os";
import type { Queryable } from "../database/database.ts";
import { newId } from "../ids.ts";
import { insertLines } from "./log-lines.queries.ts";
import type { LogSink } from "./log-output.ts";

export const WARN = 40;
const EVERY_MS = 1_000;
const AFTER_FAILURE_MS = 5_000;
/** Lines that wait for the database; beyond them the newest are lost. */
const MOST_WAITING = 1_000;
const MOST_AT_ONCE = 200;
/** Of one process in an hour: a program that goes wrong must not fill the database. */
const MOST_AN_HOUR = 2_000;
const MAX_LINE = 8_192;
const MAX_MESSAGE = 1_000;

interface Waiting {
  id: string;
  at: Date;
  level: number;
  message: string;
  requestId: string | null;
  line: string;
}

export interface LogTableOptions {
  readonly db: Queryable;
  /** Which process of this machine. */
  readonly part: string;
  readonly node?: string;
  readonly everyMs?: number;
}

/**
 * Keeps lines at level warn and above in the database, a batch a second. What it meets itself is never logged, or the log would feed on itself:
 * lines that the database did not take are counted, and told with the next that it takes.
 */
export function openLogTable(options: LogTableOptions): LogSink & { close(): Promise<void> } {
  const { db, part, node = hostname(), everyMs = EVERY_MS } = options;
  let waiting: Waiting[] = [];
  let lost = 0;
  let hour = { began: 0, lines: 0 };
  let timer: NodeJS.Timeout | null = null;
  let sending: Promise<void> = Promise.resolve();
  let closed = false;

  function schedule(milliseconds: number): void {
    if (!closed) timer ??= setTimeout(send, milliseconds).unref();
  }

  function send(): void {
    timer = null;
    sending = flush().then(
      () => {
        if (waiting.length > 0) schedule(everyMs);
      },
      () => schedule(AFTER_FAILURE_MS),
    );
  }

  async function flush(): Promise<void> {
    if (lost > 0 && waiting.length < MOST_WAITING) {
      waiting.push(toldLost(lost));
      lost = 0;
    }
    const batch = waiting.slice(0, MOST_AT_ONCE);
    if (batch.length === 0) return;
    await insertLines.count(
      db,
      batch.map(({ id }) => id),
      batch.map(({ at }) => at),
      batch.map(({ level }) => level),
      node,
      part,
      batch.map(({ message }) => message),
      batch.map(({ requestId }) => requestId),
      batch.map(({ line }) => line),
    );
    waiting = waiting.slice(batch.length);
  }

  return {
    write(line, level) {
      if (level < WARN || closed) return;
      const now = Date.now();
      if (now - hour.began > 3_600_000) hour = { began: now, lines: 0 };
      if (waiting.length >= MOST_WAITING || hour.lines >= MOST_AN_HOUR) {
        lost += 1;
        return;
      }
      hour.lines += 1;
      waiting.push(parse(line, level));
      schedule(everyMs);
    },
    async close() {
      closed = true;
      if (timer) clearTimeout(timer);
      await sending;
      await flush().catch(() => {});
    },
  };
}

function parse(line: string, level: number): Waiting {
  const found = (() => {
    try {
      return JSON.parse(line) as { time?: string; msg?: string; reqId?: string };
    } catch {
      return {};
    }
  })();
  const at = new Date(found.time ?? Number.NaN);
  const message = storable(String(found.msg ?? "")).slice(0, MAX_MESSAGE);
  return {
    ...{ id: newId(), level, message },
    at: Number.isNaN(at.getTime()) ? new Date() : at,
    requestId: typeof found.reqId === "string" ? storable(found.reqId).slice(0, 100) : null,
    line: storable(line.trimEnd()).slice(0, MAX_LINE),
  };
}

function toldLost(count: number): Waiting {
  const message = `${count} lines of the log of this process were not kept here: there were too many, or the database did not take them`;
  const at = new Date();
  return {
    id: newId(),
    at,
    level: WARN,
    message,
    requestId: null,
    line: JSON.stringify({ time: at.toISOString(), msg: message }),
  };
}

/** PostgreSQL keeps no NUL. */
function storable(text: string): string {
  return text.replaceAll("\0", "");
}
