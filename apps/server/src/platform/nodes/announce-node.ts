import { availableParallelism, hostname, loadavg, totalmem } from "node:os";
import type { Logger } from "pino";
import type { Queryable } from "../database/database.ts";
import { newId } from "../ids.ts";
import * as queries from "./nodes.queries.ts";

const EVERY_MS = 10_000;

export interface AnnouncedNode {
  readonly id: string;
  close(): Promise<void>;
}

interface Options {
  readonly db: Queryable;
  readonly log: Logger;
  readonly role: string;
  readonly version: string;
  readonly revision: string | null;
}

/** Says every few seconds that this process is there, and how it is. */
export async function announceNode({ db, log, role, version, revision }: Options): Promise<AnnouncedNode> {
  const id = newId();
  const startedAt = new Date(Date.now() - process.uptime() * 1000);
  const beat = () => {
    const { total, available } = machineMemory();
    return queries.beat
      .count(
        ...([db, id, hostname(), role, process.pid, version, revision, process.versions.node, startedAt] as const),
        ...([availableParallelism(), loadavg()[0] ?? 0, process.memoryUsage.rss(), available, total] as const),
      )
      .catch((err: unknown) => log.warn({ err }, "this process could not be entered among the nodes"));
  };
  await beat();
  const timer = setInterval(() => void beat(), EVERY_MS).unref();
  return {
    id,
    async close() {
      clearInterval(timer);
      await queries.leave.count(db, id).catch(() => {});
    },
  };
}

/** Of this machine, or of what a container may have, in bytes. */
export function machineMemory(): { total: number; available: number } {
  const limit = process.constrainedMemory();
  const total = limit > 0 ? Math.min(limit, totalmem()) : totalmem();
  return { total, available: Math.min(process.availableMemory(), total) };
}
