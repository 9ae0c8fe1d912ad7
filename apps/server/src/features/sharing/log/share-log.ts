import type { shareAccessSchema } from "@holdfast/contract";
import type { Logger } from "pino";
import type { z } from "zod";
import type { Database } from "../../../platform/database/database.ts";
import type { Events } from "../../../platform/events/events.ts";
import { addCounts } from "./share-log.queries.ts";
import { createWaitingAccesses, writeAccesses } from "./waiting-accesses.ts";

type Told = z.infer<typeof shareAccessSchema>;
export type ShareAction = Told["action"];
export type ShareOutcome = Told["outcome"];

export interface ShareAccess {
  linkId: string;
  occurredAt: Date;
  /** Undefined where the client has gone already. */
  ip: string | undefined;
  userAgent: string | undefined;
  action: ShareAction;
  outcome: ShareOutcome;
  fileId: string | null;
  fileName: string | null;
  /** What somebody who sent a file said of themselves. */
  senderName?: string | undefined;
  senderMessage?: string | undefined;
}

/** Counts and the access log of links: gathered in memory and written once a second, so that a popular link is no hot row. */
export interface ShareLog {
  /** Somebody opened the link. */
  viewed(linkId: string, at: Date): void;
  /** Somebody downloaded by a link without a limit. Limited ones count where they are charged. */
  downloaded(linkId: string, at: Date): void;
  /** Adds to the log of the link: to the row of what is alike within ten minutes, if there is one. */
  record(access: ShareAccess): void;
  /** Writes what is waiting now. Rejects never. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

const FLUSH_MS = 1_000;

interface Count {
  views: number;
  downloads: number;
  lastAt: Date;
}

export interface ShareLogDeps {
  db: Database;
  events: Events;
  log: Logger;
  onAccess?: (action: ShareAction, outcome: ShareOutcome) => void;
}

export function createShareLog(deps: ShareLogDeps): ShareLog {
  let counts = new Map<string, Count>();
  let accesses = createWaitingAccesses();
  let timer: NodeJS.Timeout | null = null;
  let flushing: Promise<void> = Promise.resolve();

  const soon = () => {
    timer ??= setTimeout(flush, FLUSH_MS).unref();
  };
  const add = (linkId: string, more: Count) => {
    const count = counts.get(linkId);
    if (!count) counts.set(linkId, more);
    else {
      count.views += more.views;
      count.downloads += more.downloads;
      if (more.lastAt > count.lastAt) count.lastAt = more.lastAt;
    }
    soon();
  };

  /** One after another, so that what failed is not written twice. */
  function flush(): Promise<void> {
    if (timer) clearTimeout(timer);
    timer = null;
    flushing = flushing.then(async () => {
      const [someCounts, someAccesses] = [counts, accesses];
      counts = new Map();
      accesses = createWaitingAccesses();
      try {
        await writeCounts(deps, someCounts);
      } catch (error) {
        deps.log.warn({ err: error }, "sharing: counts of links wait for the database");
        for (const [linkId, count] of someCounts) add(linkId, count);
      }
      await writeAccesses(deps.db, someAccesses).catch((error) =>
        deps.log.warn({ err: error, count: someAccesses.size }, "sharing: rows of the access log were lost"),
      );
    });
    return flushing;
  }

  return {
    viewed: (linkId, at) => add(linkId, { views: 1, downloads: 0, lastAt: at }),
    downloaded: (linkId, at) => add(linkId, { views: 0, downloads: 1, lastAt: at }),
    record(access) {
      deps.onAccess?.(access.action, access.outcome);
      accesses.add(access);
      soon();
    },
    flush,
    close: flush,
  };
}

async function writeCounts({ db, events }: ShareLogDeps, counts: Map<string, Count>): Promise<void> {
  if (counts.size === 0) return;
  const all = [...counts.values()];
  const rows = await addCounts.all(
    db,
    [...counts.keys()],
    all.map((count) => count.views),
    all.map((count) => count.downloads),
    all.map((count) => count.lastAt),
  );
  for (const row of rows) events.publish(row.user_id, { type: "shares.changed", id: row.file_id });
}
