import { mkdtemp, rm } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient } from "@supabase/supabase-js";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { startAuthServer } from "../../support/auth/auth-server.ts";
import { openBrowser, verdict } from "../../support/auth/browser.ts";
import { type SupabaseStandIn, startSupabase } from "../../support/auth/supabase.ts";
import { createMigratedDatabase, type TestDatabase } from "../../support/database.ts";

/**
 * Holdfast in front of another process's identity service over one database, as with a real Supabase: everything goes over the network,
 * nothing embedded runs.
 */
const password = "correct horse battery";
let database: TestDatabase;
let supabase: SupabaseStandIn;
let dataDir: string;
let server: Awaited<ReturnType<typeof startAuthServer>>;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "holdfast-supabase-"));
  database = await createMigratedDatabase();
  supabase = await startSupabase(database.url);
});
afterAll(async () => {
  await supabase.close();
  await database.drop();
  await rm(dataDir, { recursive: true, force: true });
});
afterEach(async () => {
  supabase.away = false;
  supabase.seen.length = 0;
  await server.close();
});

async function start(more: Record<string, string> = {}) {
  server = await startAuthServer({ env: { ...supabase.env, ...more }, database, dataDir });
  await server.pool.query("delete from holdfast.throttle");
}

test("set-up, sign-in, renewal, password, sign-out and administration go by the contract", async () => {
  await start({ SIGNUP: "open" });
  const admin = openBrowser(server.url);
  const setup = await admin.request("POST", "/api/v1/setup", {
    token: server.auth.setup.token(),
    email: "admin@example.org",
    password,
  });
  expect(await setup.json()).toMatchObject({ user: { role: "admin" } });

  const browser = openBrowser(server.url);
  const register = await browser.request("POST", "/api/v1/auth/register", { email: "ada@example.org", password });
  const { user } = (await register.json()) as { user: { id: string } };
  browser.cookies.delete("holdfast_access");
  expect(await verdict(await browser.request("GET", "/api/v1/me"))).toBe("200");
  const change = { currentPassword: password, newPassword: "another long one" };
  expect(await verdict(await browser.request("POST", "/api/v1/auth/password", change))).toBe("204");
  expect(await verdict(await browser.request("GET", "/api/v1/me"))).toBe("200");
  expect(await verdict(await admin.request("PATCH", `/api/v1/admin/users/${user.id}`, { role: "admin" }))).toBe("200");
  expect(await verdict(await browser.request("GET", "/api/v1/admin/users"))).toBe("200");
  expect(await verdict(await browser.request("POST", "/api/v1/auth/logout"))).toBe("204");
  const again = { email: "ada@example.org", password: "another long one" };
  expect(await verdict(await browser.request("POST", "/api/v1/auth/login", again))).toBe("200");
  expect(await verdict(await admin.request("DELETE", `/api/v1/admin/users/${user.id}`))).toBe("204");
  expect(await verdict(await browser.request("GET", "/api/v1/me"))).toBe("401 session_ended");
  expect(supabase.seen.some(({ path }) => path.startsWith("/auth/v1/admin/users"))).toBe(true);
});

test("/auth/v1 is passed through: with the client's address, without our cookies, and with nobody's word for the address", async () => {
  await start({ SIGNUP: "open" });
  const client = createClient(server.url, supabase.identity.anonKey, {
    auth: { persistSession: false },
    global: { headers: { "x-forwarded-for": "6.6.6.6, 203.0.113.9", cookie: "holdfast_refresh=secret" } },
  });
  const signUp = await client.auth.signUp({ email: "direct@example.org", password });
  expect(signUp.error).toBeNull();
  const { headers } = supabase.seen.find(({ path }) => path.startsWith("/auth/v1/signup")) as (typeof supabase.seen)[0];
  expect(headers["x-forwarded-for"]).toBe("203.0.113.9");
  expect(headers.cookie).toBeUndefined();
  const me = await fetch(`${server.url}/api/v1/me`, {
    headers: { authorization: `Bearer ${signUp.data.session?.access_token}` },
  });
  expect(await me.json()).toMatchObject({ email: "direct@example.org" });
  const wrong = await client.auth.signInWithPassword({ email: "direct@example.org", password: "wrong" });
  expect(wrong.error?.code).toBe("invalid_credentials");
  expect((await client.auth.signInWithPassword({ email: "direct@example.org", password })).error).toBeNull();
  const settings = await fetch(`${server.url}/auth/v1/settings`);
  expect(await settings.json()).toMatchObject({ external: { email: true } });
  const history = await server.pool.query(
    "select outcome from holdfast.login_history where email = 'direct@example.org' and method = 'password' and user_agent is not null and ip = '203.0.113.9' order by id",
  );
  expect(history.rows).toEqual([{ outcome: "invalid_credentials" }, { outcome: "success" }]);
});

test("nobody climbs out of the identity service into the rest of Supabase", async () => {
  await start();
  const { port } = new URL(server.url);
  for (const path of [
    "/auth/v1/../../rest/v1/",
    "/auth/v1/%2e%2e/%2e%2e/rest/v1/",
    "/auth/v1/..%2f../rest",
    "/auth/v1/x/../../admin",
  ]) {
    const status = await new Promise((resolve, reject) => {
      request({ port, path, host: "127.0.0.1" }, (response) => resolve(response.resume().statusCode))
        .on("error", reject)
        .end();
    });
    expect(status).toBe(404);
  }
  expect(supabase.seen.filter(({ path }) => !path.startsWith("/auth/v1/"))).toEqual([]);
});

test("our throttle stands before a service that has none, and closed sign-up is closed", async () => {
  await start({ SIGNUP: "closed" });
  const token = (body: object) =>
    fetch(`${server.url}/auth/v1/token?grant_type=password`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  for (let i = 0; i < 10; i++) expect((await token({ email: "admin@example.org", password: `${i}` })).status).toBe(400);
  const refused = await token({ email: "admin@example.org", password });
  expect(refused.status).toBe(429);
  expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
  const client = createClient(server.url, supabase.identity.anonKey, { auth: { persistSession: false } });
  expect((await client.auth.signUp({ email: "late@example.org", password })).error?.code).toBe("signup_disabled");
  expect((await client.auth.signInWithPassword({ email: "admin@example.org", password })).error?.status).toBe(429);
});

test("while Supabase is away people are told so at once, and nobody is signed out", async () => {
  await start({ SIGNUP: "open" });
  const browser = openBrowser(server.url);
  await browser.request("POST", "/api/v1/auth/register", { email: "patient@example.org", password });
  supabase.away = true;
  expect(await verdict(await browser.request("GET", "/api/v1/me"))).toBe("200");
  const access = browser.cookies.get("holdfast_access") as string;
  browser.cookies.delete("holdfast_access");
  const began = performance.now();
  expect(await verdict(await browser.request("GET", "/api/v1/me"))).toBe("503 unavailable");
  expect(await verdict(await browser.request("GET", "/api/v1/auth/session"))).toBe("503 unavailable");
  const login = await browser.request("POST", "/api/v1/auth/login", { email: "patient@example.org", password });
  expect(await verdict(login)).toBe("503 unavailable");
  const recover = await browser.request("POST", "/api/v1/auth/recover", { email: "patient@example.org" });
  expect(await verdict(recover)).toBe("503 unavailable");
  expect((await fetch(`${server.url}/auth/v1/settings`)).status).toBe(503);
  expect(performance.now() - began).toBeLessThan(3000);
  supabase.away = false;
  expect(await verdict(await browser.request("GET", "/api/v1/me"))).toBe("200");
  expect(browser.cookies.get("holdfast_access")).not.toBe(access);
});

test("keys of the new form do as well, which only the gateway understands", async () => {
  const opaque = await startSupabase(database.url, { keys: "opaque" });
  expect(opaque.env.SUPABASE_SERVICE_ROLE_KEY).toMatch(/^sb_secret_/);
  await start({ ...opaque.env, SIGNUP: "open" });
  const browser = openBrowser(server.url);
  const { user } = (await (
    await browser.request("POST", "/api/v1/auth/register", { email: "opaque@example.org", password })
  ).json()) as { user: { id: string } };
  await server.auth.identity.updateAccount(user.id, { role: "admin" });
  // Another process has changed it: felt when its word has come.
  await expect.poll(async () => verdict(await browser.request("GET", "/api/v1/admin/users"))).toBe("200");
  const client = createClient(server.url, opaque.env.SUPABASE_ANON_KEY as string, { auth: { persistSession: false } });
  expect((await client.auth.signInWithPassword({ email: "opaque@example.org", password })).error).toBeNull();
  await opaque.close();
});

test("invitations, sign-up with approval and the new password by an administrator go by the contract as well", async () => {
  await start({ SIGNUP: "open" });
  const admin = openBrowser(server.url);
  await admin.request("POST", "/api/v1/auth/login", { email: "admin@example.org", password });
  await admin.request("PATCH", "/api/v1/admin/settings", { signup: "approval" });
  const browser = openBrowser(server.url);
  const waiting = await browser.request("POST", "/api/v1/auth/register", { email: "waits@example.org", password });
  expect(await waiting.json()).toEqual({ approvalPending: true });
  const invited = await admin.request("POST", "/api/v1/admin/users/invitations", {
    email: "guest@example.org",
    asLink: true,
  });
  const { link } = (await invited.json()) as { link: string };
  const tokenHash = new URLSearchParams(new URL(link).hash.slice(1)).get("token_hash");
  const chosen = { tokenHash, password: "chosen by the guest", type: "invite" };
  expect(await verdict(await browser.request("POST", "/api/v1/auth/recover/confirm", chosen))).toBe("204");
  const login = { email: "guest@example.org", password: "chosen by the guest" };
  expect(await verdict(await browser.request("POST", "/api/v1/auth/login", login))).toBe("200");
  await admin.request("PATCH", "/api/v1/admin/settings", { signup: "open" });
});

test("an account made at Supabase while sign-up is closed here waits, whatever way it was made; ours do not", async () => {
  await start({ SIGNUP: "closed" });
  const admin = openBrowser(server.url);
  await admin.request("POST", "/api/v1/auth/login", { email: "admin@example.org", password });
  await admin.request("PATCH", "/api/v1/admin/settings", { signup: "closed" });
  const direct = createClient(supabase.env.SUPABASE_URL as string, supabase.env.SUPABASE_ANON_KEY as string, {
    auth: { persistSession: false },
  });
  const [stranger, made] = [
    { email: "stranger@example.org", password },
    { email: "made@example.org", password },
  ];
  const { data, error } = await direct.auth.signUp(stranger);
  expect(error).toBeNull();
  const browser = openBrowser(server.url);
  expect(await verdict(await browser.request("POST", "/api/v1/auth/login", stranger))).toBe("403 approval_pending");
  const headers = { authorization: `Bearer ${data.session?.access_token}` };
  expect(await verdict(await fetch(`${server.url}/api/v1/me`, { headers }))).toBe("403 approval_pending");

  const user = { ...made, role: "user" };
  expect(await verdict(await admin.request("POST", "/api/v1/admin/users", user))).toBe("201");
  expect(await verdict(await browser.request("POST", "/api/v1/auth/login", made))).toBe("200");
  const approval = { status: "active" };
  const id = data.user?.id as string;
  expect(await verdict(await admin.request("PATCH", `/api/v1/admin/users/${id}`, approval))).toBe("200");
  expect(await verdict(await browser.request("POST", "/api/v1/auth/login", stranger))).toBe("200");
  await admin.request("PATCH", "/api/v1/admin/settings", { signup: "open" });
});

test("what does not fit of address and keys is known without a sign-in, a sentence each", async () => {
  await start();
  expect(await server.auth.probe?.()).toEqual([]);
  const probed = async (env: Record<string, string>) => {
    const other = await startAuthServer({ env: { ...supabase.env, ...env }, database, dataDir });
    const found = await other.auth.probe?.();
    await other.close();
    return found;
  };
  const [, anonPayload] = supabase.identity.anonKey.split(".");
  const wrongKey = `eyJhbGciOiJFUzI1NiJ9.${anonPayload}.AAAA`;
  expect(await probed({ SUPABASE_ANON_KEY: wrongKey })).toEqual([expect.stringContaining("SUPABASE_ANON_KEY")]);
  expect(await probed({ SUPABASE_SERVICE_ROLE_KEY: wrongKey })).toEqual([
    expect.stringContaining("SUPABASE_SERVICE_ROLE_KEY"),
  ]);
  expect(await probed({ SUPABASE_URL: server.url })).toEqual([]);
  expect(await probed({ SUPABASE_AUTH_URL: `${server.url}/api/v1` })).toEqual([
    expect.stringMatching(/is not Supabase Auth: check SUPABASE_URL/),
  ]);
  const gone = supabase.env.SUPABASE_URL?.replace(/:\d+$/, ":9") as string;
  expect(await probed({ SUPABASE_URL: gone })).toEqual([expect.stringMatching(/does not answer .*check SUPABASE_URL/)]);
  const elsewhere = await createMigratedDatabase();
  const apart = await startAuthServer({ env: supabase.env, database: elsewhere });
  expect(await apart.auth.probe?.()).toEqual([expect.stringContaining("DATABASE_URL is not the database")]);
  await apart.close();
  await elsewhere.drop();
});

test("what the mirror has missed is put right at the start and every hour; many gone at once are not believed", async () => {
  await start({ SIGNUP: "open" });
  const id = crypto.randomUUID();
  const quietly = async (sql: string, values: unknown[] = []) => {
    const client = await server.pool.connect();
    try {
      await client.query("set session_replication_role = replica");
      await client.query(sql, values);
    } finally {
      await client.query("reset session_replication_role");
      client.release();
    }
  };
  await quietly(
    `insert into auth.users (id, email, raw_app_meta_data, created_at) values ($1, 'missed@example.org', '{"role": "admin"}', now())`,
    [id],
  );
  const missed = () => server.pool.query("select role, deleted_at from holdfast.users where id = $1", [id]);
  expect((await missed()).rows).toEqual([]);
  const reconcile = () => server.runJob("auth.reconcile");
  expect(await reconcile()).toMatchObject([{ changed: 1, deleted: 0 }]);
  expect((await missed()).rows).toEqual([{ role: "admin", deleted_at: null }]);
  expect(await reconcile()).toEqual([]);
  await quietly("delete from auth.users where id = $1", [id]);
  expect(await reconcile()).toMatchObject([{ changed: 0, deleted: 1 }]);
  expect((await missed()).rows[0]?.deleted_at).not.toBeNull();

  const before = await server.pool.query("select count(*)::int as n from holdfast.users where deleted_at is null");
  await quietly("alter table auth.users rename to users_away");
  await quietly("create table auth.users (like auth.users_away)");
  const doubted = await reconcile();
  await quietly("drop table auth.users");
  await quietly("alter table auth.users_away rename to users");
  expect(doubted).toMatchObject([{ missing: before.rows[0]?.n }]);
  const after = await server.pool.query("select count(*)::int as n from holdfast.users where deleted_at is null");
  expect(after.rows).toEqual(before.rows);
});
