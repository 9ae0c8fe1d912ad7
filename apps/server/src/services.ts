import type pg from "pg";
import type { Logger } from "pino";
import type { Config } from "./config.ts";
import type { Clock } from "./platform/clock.ts";

export interface Resources {
  readonly pool: pg.Pool;
  readonly databaseUrl: string;
  readonly log: Logger;
  readonly clock: Clock;
}

/** Everything a process works with, built once. */
export interface Services extends Resources {
  readonly config: Config;
  /** The one-time token of the set-up page, or null once there is an admin. */
  setupToken(): Promise<string | null>;
  close(): Promise<void>;
}

export async function createServices(config: Config, resources: Resources): Promise<Services> {
  return { config, ...resources, setupToken: async () => null, close: async () => {} };
}
