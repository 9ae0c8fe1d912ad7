import pg from "pg";
import { watchOutages } from "./watch-outages.ts";

export interface PoolOptions {
  /** The most connections that are open at once. */
  readonly max: number;
  /** Shown by PostgreSQL in pg_stat_activity. */
  readonly name: string;
  /** Told when an idle connection breaks; the pool replaces it. */
  onError(error: Error): void;
  /** Done with each new connection before anybody gets it. */
  prepare?(client: pg.ClientBase): Promise<void>;
}

const INT8 = 20;

/** bigint columns arrive as numbers: sizes and counts, all far below 2^53. */
const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: "text" | "binary") =>
    oid === INT8 && format !== "binary"
      ? (text: string) => toSafeInteger(text)
      : pg.types.getTypeParser(oid, format as "text")) as pg.CustomTypesConfig["getTypeParser"],
};

function toSafeInteger(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`${text} is larger than a number can hold`);
  return value;
}

/**
 * Connections to PostgreSQL. Waits 10 s for a free or new one at most, so that a database that is away is told to the
 * client instead of held from it.
 */
export function createPool(url: string, options: PoolOptions): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max: options.max,
    application_name: options.name,
    connectionTimeoutMillis: 10_000,
    idleTimeoutMillis: 60_000,
    keepAlive: true,
    types,
    ...(options.prepare ? { onConnect: options.prepare } : {}),
  });
  pool.on("error", options.onError);
  // The pool listens to idle connections alone. One that breaks between two statements of a transaction must not end the process: the
  // next statement on it fails by itself.
  pool.on("connect", (client) => client.on("error", () => {}));
  watchOutages(pool);
  return pool;
}
