import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type pg from "pg";
import { type Config, loadConfig } from "../../../apps/server/src/config.ts";
import {
  accountRoutes,
  adminJobs,
  adminRoutes,
  createAdminService,
  createInvitationsService,
  invitationsRoutes,
  settingsRoutes,
} from "../../../apps/server/src/features/admin/index.ts";
import { type Auth, createAuth } from "../../../apps/server/src/features/auth/index.ts";
import { createDatabase, type Database } from "../../../apps/server/src/platform/database/database.ts";
import { createListener } from "../../../apps/server/src/platform/database/listen.ts";
import { createPool } from "../../../apps/server/src/platform/database/pool.ts";
import type { Events } from "../../../apps/server/src/platform/events/events.ts";
import { createApp } from "../../../apps/server/src/platform/http/app.ts";
import { registerIdempotency } from "../../../apps/server/src/platform/http/idempotency/idempotency.ts";
import { answerKeyOf } from "../../../apps/server/src/platform/http/idempotency/kept-answers.ts";
import type { JobDefinition, Jobs } from "../../../apps/server/src/platform/jobs/job.ts";
import { createLog } from "../../../apps/server/src/platform/log.ts";
import { createPasswordHasher } from "../../../packages/identity/src/index.ts";
import { createMigratedDatabase, type TestDatabase } from "../../support/database.ts";

export interface AuthServer {
  readonly url: string;
  readonly dataDir: string;
  readonly db: Database;
  readonly pool: pg.Pool;
  readonly auth: Auth;
  readonly now: { current: Date | null };
  /** Runs what was enqueued. */
  runJobs(): Promise<void>;
  close(): Promise<void>;
}

export interface AuthServerOptions {
  env?: Record<string, string>;
  /** Further nodes over one database and one folder. */
  database?: TestDatabase;
  dataDir?: string;
  /** Shared with whoever else has to live in the same time. */
  now?: AuthServer["now"];
}

/** Sign-in and administration of people on a real port and a database of its own. */
export async function startAuthServer(
  options: AuthServerOptions = {},
): Promise<AuthServer & { database: TestDatabase }> {
  const database = options.database ?? (await createMigratedDatabase());
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), "holdfast-auth-")));
  const config: Config = loadConfig({ HOLDFAST_DATA: dataDir, DATABASE_URL: database.url, ...options.env });
  const pool = createPool(database.url, { max: 20, name: "holdfast test", onError: () => {} });
  const db = createDatabase(pool);
  const log = createLog({ logLevel: "error" }, "test");
  const listener = await createListener(database.url, () => {});
  const now = options.now ?? { current: null };
  const clock = { now: () => now.current ?? new Date() };
  const events: Events = { publish: () => {}, subscribe: () => () => {}, close: async () => {} } as never;
  const queue: { name: string; payload: unknown }[] = [];
  const jobs: Jobs = {
    async enqueue(_db, job: JobDefinition, payload: unknown) {
      queue.push({ name: job.name, payload });
    },
  } as Jobs;

  const auth = await createAuth({
    config,
    pool,
    db,
    clock,
    log,
    events,
    subscribe: listener.subscribe,
    passwords: createPasswordHasher(),
  });
  const app = await createApp({
    log,
    version: "0",
    trustProxy: config.trustProxy,
    authenticate: auth.authenticate,
  });
  registerIdempotency(app, db, answerKeyOf(randomBytes(32)));
  await auth.routes(app);
  const admin = createAdminService({ db, clock, events, jobs, auth, passwordMinLength: config.auth.passwordMinLength });
  adminRoutes(app, admin);
  invitationsRoutes(app, createInvitationsService({ db, clock, auth, deleteUser: admin.deleteUser }));
  accountRoutes(app, { db, auth, admin });
  settingsRoutes(app, {
    ...{ db, auth },
    passwordMinLength: config.auth.passwordMinLength,
    mail: config.smtpUrl !== null || config.supabase !== null,
    trashDays: 30,
    publicUrl: null,
    version: "0",
  });
  await auth.prepare();
  await app.listen({ host: "127.0.0.1", port: options.env?.PORT ? config.port : 0 });
  const url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
  const handlers = adminJobs({ db });

  return {
    url,
    dataDir,
    db,
    pool,
    auth,
    now,
    database,
    async runJobs() {
      for (const { name, payload } of queue.splice(0)) {
        const handler = handlers.find(({ definition }) => definition.name === name);
        await handler?.run(payload as never, { signal: new AbortController().signal, log });
      }
    },
    async close() {
      await app.close();
      await auth.close();
      await listener.close();
      await db.end();
      if (!options.database) await database.drop();
      if (!options.dataDir) await rm(dataDir, { recursive: true, force: true });
    },
  };
}
