import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Mailbox } from "../../../packages/identity/src/testing/mailbox.ts";
import { type AnyServer, anyServer, asksGivenServer } from "../any-server.ts";
import { createMigratedDatabase, type TestDatabase } from "../database.ts";
import { startServer, type TestServer } from "../server.ts";
import { type AuthServer, startAuthServer } from "./auth-server.ts";
import type { IdentitySettings } from "./identity-server.ts";
import { type SupabaseStandIn, startSupabase } from "./supabase.ts";

/** Who answers the identity contract: the embedded service, or one elsewhere that stands in for a real Supabase. */
export const modes = ["embedded", "supabase"] as const;
export type Mode = (typeof modes)[number];

/** For tests that a client alone can ask: a given installation has one of these ways, and does not say which. */
export const anyModes: readonly (Mode | "given")[] = asksGivenServer ? ["given"] : modes;

export interface Installation {
  readonly database: TestDatabase;
  readonly standIn: SupabaseStandIn | null;
  /** The time that Holdfast and the identity service live in; null: the true one. */
  readonly now: { current: Date | null };
  /** Settings of every node, which may be added to. */
  readonly env: Record<string, string>;
  /** A node with sign-in and administration of people, over the one database and data folder. */
  start(env?: Record<string, string>): Promise<AuthServer>;
  /** The whole API. */
  startServer(env?: Record<string, string>): Promise<TestServer>;
  /** The key of that role for Supabase Auth's API. Embedded: after the first start. */
  keyOf(role: "anon" | "service-role"): Promise<string>;
  /** Stops what still runs, newest first, and removes the database. */
  close(): Promise<void>;
}

export interface InstallationOptions {
  readonly env?: Record<string, string>;
  /** Takes the mails, whoever sends them in this mode. */
  readonly mailbox?: Mailbox;
  /** Of the stand-in, as its operator would set them. */
  readonly supabase?: IdentitySettings;
}

/** One database with what answers for accounts in this mode; nodes of Holdfast are started over it. */
export async function openInstallation(mode: Mode, options: InstallationOptions = {}): Promise<Installation> {
  const database = await createMigratedDatabase();
  const dataDir = await mkdtemp(join(tmpdir(), "holdfast-auth-"));
  const now: Installation["now"] = { current: null };
  const running: { close(): Promise<void> }[] = [];
  const { mailbox } = options;
  const settings = { ...options.supabase, mailbox, now: () => now.current ?? new Date() };
  const standIn = mode === "embedded" ? null : await startSupabase(database.url, settings);
  const smtp: Record<string, string> = mailbox && !standIn ? { SMTP_URL: `smtp://127.0.0.1:${mailbox.port}` } : {};
  const env: Record<string, string> = { ...standIn?.env, ...smtp, ...options.env };
  const opened = <T extends { close(): Promise<void> }>(server: T): T => {
    const close = server.close.bind(server);
    const node: T = Object.assign(server, {
      async close() {
        running.splice(running.indexOf(node), 1);
        await close();
      },
    });
    running.push(node);
    return node;
  };
  return {
    ...{ database, standIn, now, env },
    async start(more) {
      return opened(await startAuthServer({ database, dataDir, now, env: { ...env, ...more } }));
    },
    async startServer(more) {
      return opened(
        await startServer({ ...env, ...more }, { database, dataDir, now: () => now.current ?? new Date() }),
      );
    },
    async keyOf(role) {
      if (standIn) return role === "anon" ? standIn.identity.anonKey : standIn.identity.serviceRoleKey;
      return (await readFile(join(dataDir, "keys", `${role}-key`), "utf8")).trim();
    },
    async close() {
      for (const node of [...running].reverse()) await node.close();
      await standIn?.close();
      await database.drop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** The whole API in this mode, or the installation that was given. */
export async function openAnyServer(mode: Mode | "given"): Promise<AnyServer & Pick<Installation, "keyOf">> {
  if (mode === "given") {
    const keyOf = () => Promise.reject(new Error("The keys lie in the data folder: the test must be an insideTest."));
    return Object.assign(await anyServer(), { keyOf });
  }
  const { startServer: start, keyOf, close } = await openInstallation(mode);
  const server = await start();
  const { url, admin, person } = server;
  return { url, admin, person, keyOf, close, inside: server };
}
