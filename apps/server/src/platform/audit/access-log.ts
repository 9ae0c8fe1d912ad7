import type { Logger } from "pino";
import type { Clock } from "../clock.ts";
import type { Database } from "../database/database.ts";
import type { Via } from "../http/principal.ts";
import { writeAccesses } from "./access-log.queries.ts";
import { createDownloadTally } from "./download-tally.ts";
import { createNameNotes } from "./note-names.ts";
import { createWindows, type Gathered } from "./windows.ts";

export type Outcome = "ok" | "refused" | "failed";

/** Something that was read, a sign-in, or what was refused. Changes are entries of `audit` instead. */
export interface Access {
  /** `noun.verb`: file.download, session.sign-in, access.refused. */
  action: string;
  outcome: Outcome;
  /** Null: nobody has proved to be anybody. */
  actorId: string | null;
  via: Via | null;
  ip: string | null;
  /** Kept where nobody is known otherwise: of sign-ins, links and refusals. */
  userAgent?: string | null;
  targetId: string | null;
  /** Null with a target's id: it is looked up when the entry is written. */
  targetName: string | null;
  bytes?: number | null;
  requestId: string | null;
  /** Never a secret, never a token. What differs in it is an entry of its own only where `kind` differs. */
  detail?: Record<string, unknown>;
  /** What tells entries apart besides who, what and where from. */
  kind?: string;
  /** Of who tried to sign in. */
  email?: string;
  /** An entry only where the target is there and is another's. */
  ofOthers?: true;
}

/** Gathers entries and writes them once a second, so that nobody waits for them. A crash loses the last second. */
export interface AccessLog {
  record(access: Access): void;
  /** Writes what is waiting now. Rejects never. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

const FLUSH_MS = 1_000;
/** In one statement. */
const ROWS = 1_000;
/** What the database did not take for so long is let go: its day may be sealed. */
const PATIENCE_MS = 30 * 60_000;

export interface AccessLogDeps {
  /** Commits without waiting for the disk. */
  relaxed: Database;
  clock: Clock;
  log: Logger;
}

export function createAccessLog({ relaxed, clock, log }: AccessLogDeps): AccessLog {
  const windows = createWindows();
  const noteNames = createNameNotes(relaxed);
  const downloads = createDownloadTally(relaxed);
  let timer: NodeJS.Timeout | null = null;
  let flushing: Promise<void> = Promise.resolve();

  function flush(): Promise<void> {
    if (timer) clearTimeout(timer);
    timer = null;
    flushing = flushing.then(writeWaiting);
    return flushing;
  }

  async function writeWaiting(): Promise<void> {
    const waiting = windows.take(clock.now());
    for (let at = 0; at < waiting.length; at += ROWS) {
      const rows = waiting.slice(at, at + ROWS);
      try {
        await write(relaxed, rows);
        await noteNames(rows, clock.now());
      } catch (error) {
        const oldest = clock.now().getTime() - PATIENCE_MS;
        const kept = waiting.slice(at).filter(({ lastAt }) => lastAt.getTime() > oldest);
        windows.giveBack(kept);
        log.warn({ err: error, waiting: kept.length }, "access log: entries wait for the database");
        timer ??= setTimeout(flush, FLUSH_MS).unref();
        break;
      }
    }
    await downloads.write(clock.now()).catch((error: unknown) => {
      log.warn({ err: error }, "access log: downloads of users could not be counted");
    });
    const lost = windows.takeLost();
    if (lost > 0) log.warn({ lost }, "access log: entries were lost, more came than can wait");
  }

  return {
    record(access) {
      downloads.add(access, windows.add(access, clock.now()));
      timer ??= setTimeout(flush, FLUSH_MS).unref();
    },
    flush,
    close: flush,
  };
}

async function write(db: Database, rows: readonly Gathered[]): Promise<void> {
  const column = <T>(of: (row: Gathered) => T): T[] => rows.map(of);
  await writeAccesses.count(
    db,
    column(({ id }) => id),
    column(({ firstAt }) => firstAt),
    column(({ lastAt }) => lastAt),
    column(({ times }) => times),
    column(({ access }) => access.actorId),
    column(({ access }) => access.via),
    column(({ access }) => access.action),
    column(({ access }) => access.outcome),
    column(({ access }) => access.targetId),
    column(({ access }) => bounded(access.targetName, 255)),
    column(({ access }) => access.ip),
    column(({ access }) => bounded(access.userAgent ?? null, 200)),
    column(({ bytes }) => bytes),
    column(({ access }) => access.requestId),
    column(({ access }) => (access.detail ? JSON.stringify(access.detail) : null)),
    column(({ access }) => bounded(access.email ?? null, 255)),
    column(({ access }) => access.targetId !== null && access.targetName === null),
    column(({ access }) => access.ofOthers === true && access.targetId !== null),
  );
}

/** Text that PostgreSQL keeps, and no more than so much of it. */
export function bounded(text: string | null, length: number): string | null {
  return text === null ? null : text.slice(0, length).replaceAll("\0", "").toWellFormed();
}
