import type pg from "pg";
import { tryLock, unlock } from "../../../../platform/database/advisory-lock.ts";
import type { Queryable } from "../../../../platform/database/database.ts";
import { createPool } from "../../../../platform/database/pool.ts";
import { ping } from "../../../../platform/monitoring/readiness.queries.ts";

const lockName = "alerts";
const PATIENCE_MS = 5_000;

/** A connection of its own, by which a process is the one that looks after alerts, for as long as the connection lasts. */
export interface Leader {
  readonly leads: boolean;
  /** The connection, once PostgreSQL has answered on it. @throws Error where it does not in time */
  connected(): Promise<Queryable>;
  /** Becomes the one, where nobody else is. */
  tryToLead(): Promise<boolean>;
  stepDown(): Promise<void>;
  /** Ends the connection, and whatever waits for an answer on it. */
  abandon(): void;
  close(): Promise<void>;
}

export function createLeader(databaseUrl: string): Leader {
  const pool = createPool(databaseUrl, { max: 1, name: "holdfast alerts", onError: () => {} });
  let client: pg.PoolClient | null = null;
  let leads = false;

  function drop(error: Error): void {
    client?.release(error);
    client = null;
    leads = false;
  }

  async function connected(): Promise<Queryable> {
    try {
      client ??= await inTime(pool.connect());
      const db: Queryable = { query: client.query.bind(client) as Queryable["query"] };
      await inTime(ping.first(db));
      return db;
    } catch (error) {
      drop(error as Error);
      throw error;
    }
  }

  return {
    get leads() {
      return leads;
    },
    connected,
    async tryToLead() {
      if (!leads && client) leads = await tryLock(client, lockName, "exclusive");
      return leads;
    },
    async stepDown() {
      if (leads && client) await unlock(client, lockName, "exclusive");
      leads = false;
    },
    abandon: () => drop(new Error("It took too long.")),
    async close() {
      client?.release(true);
      client = null;
      leads = false;
      await pool.end();
    },
  };
}

async function inTime<T>(work: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => late.reject(new Error(`PostgreSQL does not answer within ${PATIENCE_MS / 1000} seconds.`)),
    PATIENCE_MS,
  );
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
