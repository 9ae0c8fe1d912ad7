import type pg from "pg";
import type { Auth } from "../../../apps/server/src/features/auth/index.ts";
import type { TestDatabase } from "../database.ts";
import { type RunningServer, runServer } from "../server.ts";

/** A server for tests of the sign-in: nobody is in it yet, it stands on the settings it is given, and its time can be set. */
export interface AuthServer extends RunningServer {
  readonly pool: pg.Pool;
  readonly auth: Auth;
  readonly now: { current: Date | null };
}

export interface AuthServerOptions {
  env?: Record<string, string>;
  /** Further nodes over one database and one folder. */
  database?: TestDatabase;
  dataDir?: string;
  /** Shared with whoever else has to live in the same time. */
  now?: AuthServer["now"];
}

export async function startAuthServer({ env, ...options }: AuthServerOptions = {}): Promise<AuthServer> {
  const now = options.now ?? { current: null };
  const server = await runServer(env, { ...options, now: () => now.current ?? new Date() });
  const { pool, auth } = server.services;
  return { ...server, pool, auth, now };
}
