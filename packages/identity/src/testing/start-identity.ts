import { createHash } from "node:crypto";
import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import Fastify, { type FastifyInstance } from "fastify";
import pg from "pg";
import { createDatabase, createTemplate } from "../../../../tests/support/database.ts";
import {
  createSigningKeys,
  createSmtpMailer,
  defaultIdentityConfig,
  type IdentityConfig,
  type IdentityOptions,
  identityMigrations,
  identityPlugin,
  mintApiKey,
  type SigningKeys,
} from "../index.ts";
import { type Mailbox, startMailbox } from "./mailbox.ts";

export interface RunningIdentity {
  /** `http://127.0.0.1:<port>`; the service is below `/auth/v1`. */
  url: string;
  app: FastifyInstance;
  pool: pg.Pool;
  keys: SigningKeys;
  /** Changes take effect with the next request. */
  config: IdentityConfig;
  anonKey: string;
  serviceKey: string;
  mailbox: Mailbox | undefined;
  /** Shifts the service's clock by so many seconds, for everything that follows. */
  advance(seconds: number): void;
  /** Milliseconds by which it is shifted. */
  shifted(): number;
  /** A client library as a browser has it, that nobody is signed in to. */
  client(flowType?: "implicit" | "pkce"): SupabaseClient;
  /** A client library with the service key. */
  admin(): SupabaseClient;
  close(): Promise<void>;
}

/** Limits are off: tests of limits switch them on. */
export async function startIdentity(
  options: { config?: Partial<IdentityConfig>; mail?: boolean } & Pick<
    IdentityOptions,
    "hooks" | "knownPasswords"
  > = {},
): Promise<RunningIdentity> {
  const digest = createHash("sha256").update(JSON.stringify(identityMigrations)).digest("hex").slice(0, 16);
  const database = await createDatabase(await createTemplate(`identity_${digest}`, applyMigrations));
  const pool = new pg.Pool({ connectionString: database.url, max: 10 });
  // The database is dropped while the last connections are still closing.
  pool.on("connect", (client) => void client.on("error", () => {}));
  const mailbox = options.mail ? await startMailbox() : undefined;
  const keys = await createSigningKeys();
  let shift = 0;
  const now = () => new Date(Date.now() + shift);
  const app = Fastify({ logger: false, trustProxy: true });
  const config: IdentityConfig = {
    ...defaultIdentityConfig,
    siteUrl: "http://localhost:3000",
    externalUrl: "",
    signup: "open",
    rateLimits: null,
    accountLimits: null,
    mailFrequency: 0,
    ...options.config,
  };
  const mailer = mailbox
    ? createSmtpMailer({ host: "127.0.0.1", port: mailbox.port, from: "Holdfast <no-reply@example.org>" })
    : null;
  const log = { info() {}, warn() {}, error: (fields: object, message: string) => console.error(message, fields) };
  const { hooks, knownPasswords } = options;
  await app.register(identityPlugin, {
    prefix: "/auth/v1",
    pool,
    config,
    keys,
    mailer,
    now,
    log,
    hooks,
    ...(knownPasswords ? { knownPasswords } : {}),
  });
  const url = await app.listen({ host: "127.0.0.1", port: 0 });
  config.externalUrl ||= `${url}/auth/v1`;
  const anonKey = await mintApiKey(keys, "anon");
  const serviceKey = await mintApiKey(keys, "service_role");
  const store = () => {
    const items = new Map<string, string>();
    return {
      getItem: (key: string) => items.get(key) ?? null,
      setItem: (key: string, value: string) => void items.set(key, value),
      removeItem: (key: string) => void items.delete(key),
    };
  };
  const auth = { autoRefreshToken: false, detectSessionInUrl: false } as const;

  return {
    url,
    app,
    pool,
    keys,
    config,
    anonKey,
    serviceKey,
    mailbox,
    advance: (seconds) => {
      shift += seconds * 1000;
    },
    shifted: () => shift,
    client: (flowType = "implicit") =>
      createClient(url, anonKey, { auth: { ...auth, flowType, persistSession: true, storage: store() } }),
    admin: () => createClient(url, serviceKey, { auth: { ...auth, persistSession: false } }),
    async close() {
      await app.close();
      await mailbox?.close();
      await pool.end();
      await database.drop();
    },
  };
}

async function applyMigrations(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    for (const { sql } of identityMigrations) await client.query(sql);
  } finally {
    await client.end();
  }
}

let counter = 0;

/** An address that no other test uses. */
export const freshEmail = () => `person-${process.pid}-${++counter}@example.org`;

export const password = "correct horse battery";

/** The value of a client library's answer; throws its error, so that a test fails with the reason. */
export async function ok<A extends { error: unknown }>(answer: PromiseLike<A>): Promise<Granted<A>> {
  const granted = await answer;
  if (granted.error) throw granted.error as Error;
  return (granted as { data?: unknown }).data as Granted<A>;
}

type Granted<A> = A extends { error: null; data: infer D } ? D : never;

/** Code and status of the error that a client library answers; fails the test when there is none. */
export async function refusal(answer: PromiseLike<{ error: { code?: string; status?: number } | null }>) {
  const { error } = await answer;
  if (!error) throw new Error("This was to be refused.");
  return { code: error.code, status: error.status };
}
