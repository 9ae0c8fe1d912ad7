import { newId } from "../ids.ts";
import type { Access } from "./access-log.ts";

/** What is alike within so long is one row. */
const WINDOW_MS = 10 * 60_000;
/** Windows that a process keeps open; of more, the oldest end early. */
const OPEN = 20_000;
/** Rows that wait to be written; while the database is away, more than this is lost. */
const WAITING = 20_000;
/** What strangers do, and what is refused: of one somebody and action so many rows of a window name their target, of all so many their address. */
const TARGETS = 20;
const APART = 500;

/** Entries that are alike, as one row. */
export interface Gathered {
  readonly id: string;
  readonly access: Access;
  readonly firstAt: Date;
  lastAt: Date;
  times: number;
  bytes: number | null;
}

export interface Windows {
  /** @returns whether it begins a row */
  add(access: Access, now: Date): boolean;
  /** What has changed since the last call. */
  take(now: Date): Gathered[];
  giveBack(rows: readonly Gathered[]): void;
  /** How many entries there was no place for since the last call. */
  takeLost(): number;
}

/** Counts entries that are alike together, in bounded memory. */
export function createWindows(): Windows {
  const open = new Map<string, Gathered>();
  let changed = new Set<Gathered>();
  let rows = new Map<string, number>();
  let bin = -1;
  let lost = 0;

  /** A flood of strangers or refusals names some of itself, and is counted for the rest. */
  function narrowed(access: Access, now: Date): Access {
    if (access.actorId !== null && access.outcome === "ok") return access;
    const present = Math.floor(now.getTime() / WINDOW_MS);
    if (present !== bin) [bin, rows] = [present, new Map()];
    const kind = `${access.action} ${access.outcome} ${access.kind ?? ""}`;
    const who = `${kind} ${access.actorId ?? access.ip}`;
    const [apart, targets] = [rows.get(kind) ?? 0, rows.get(who) ?? 0];
    if (targets < TARGETS && apart < APART) {
      rows.set(kind, apart + 1);
      rows.set(who, targets + 1);
      return access;
    }
    const { email: _email, ...rest } = access;
    const untold = { ...rest, targetId: null, targetName: null };
    // Who is in the list already stays in it.
    return targets > 0 ? untold : { ...untold, actorId: null, ip: null, userAgent: null };
  }

  return {
    add(access, now) {
      const time = now.getTime();
      let key = keyOf(access);
      let row = open.get(key);
      if (row === undefined || time - row.firstAt.getTime() >= WINDOW_MS) {
        const shown = narrowed(access, now);
        if (shown !== access) {
          key = keyOf(shown);
          row = open.get(key);
        }
        if (row === undefined || time - row.firstAt.getTime() >= WINDOW_MS) {
          if (changed.size >= WAITING) {
            lost += 1;
            return false;
          }
          row = { id: newId(time), access: shown, firstAt: now, lastAt: now, times: 0, bytes: null };
          open.delete(key);
          open.set(key, row);
          if (open.size > OPEN) open.delete(open.keys().next().value as string);
        }
      }
      row.times += 1;
      row.lastAt = now;
      if (access.bytes !== undefined && access.bytes !== null) row.bytes = (row.bytes ?? 0) + access.bytes;
      changed.add(row);
      return row.times === 1;
    },
    take(now) {
      const taken = [...changed];
      changed = new Set();
      // In the order of their beginnings.
      for (const [key, { firstAt }] of open) {
        if (now.getTime() - firstAt.getTime() < WINDOW_MS) break;
        open.delete(key);
      }
      return taken;
    },
    giveBack(back) {
      for (const row of back) {
        if (changed.size < WAITING) changed.add(row);
        else lost += row.times;
      }
    },
    takeLost() {
      const number = lost;
      lost = 0;
      return number;
    },
  };
}

function keyOf({ action, outcome, actorId, via, ip, targetId, kind, email, userAgent }: Access): string {
  return `${action} ${outcome} ${actorId} ${via} ${ip} ${targetId} ${kind ?? ""} ${email ?? ""} ${userAgent ?? ""}`;
}
