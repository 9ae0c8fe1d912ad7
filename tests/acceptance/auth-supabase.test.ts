import { createServer, type IncomingHttpHeaders, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createClient } from "@supabase/supabase-js";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { createMigratedDatabase, type TestDatabase } from "../support/database.ts";
import { startAuthServer } from "./support/auth-server.ts";
import { openBrowser, verdict } from "./support/browser.ts";
import { type IdentityServer, startIdentityServer } from "./support/identity-server.ts";

/**
 * Holdfast in front of another process's identity service over one database, as with a real Supabase: everything goes over the network,
 * nothing embedded runs.
 */
const password = "correct horse battery";
let database: TestDatabase;
let supabase: IdentityServer;
let gateway: Server;
let seen: { path: string; headers: IncomingHttpHeaders }[] = [];
let away = false;
let env: Record<string, string>;
let server: Awaited<ReturnType<typeof startAuthServer>>;

beforeAll(async () => {
  database = await createMigratedDatabase();
  supabase = await startIdentityServer(database.url);
  // Supabase's gateway: asks everybody for a key.
  gateway = createServer((request, response) => {
    seen.push({ path: request.url as string, headers: request.headers });
    if (away) return void response.destroy();
    if (!request.headers.apikey && !request.url?.includes("jwks")) return void response.writeHead(401).end();
    const chunks: Buffer[] = [];
    request.on("data", (chunk) => chunks.push(chunk));
    request.on("end", async () => {
      const {
        host: _host,
        connection: _connection,
        "content-length": _length,
        expect: _expect,
        ...headers
      } = request.headers;
      const answer = await fetch(supabase.url + request.url, {
        method: request.method as string,
        headers: headers as Record<string, string>,
        ...(chunks.length > 0 ? { body: Buffer.concat(chunks) } : {}),
      });
      const { "content-encoding": _encoding, "content-length": _size, ...given } = Object.fromEntries(answer.headers);
      response.writeHead(answer.status, given).end(Buffer.from(await answer.arrayBuffer()));
    });
  });
  await new Promise<void>((resolve) => gateway.listen(0, "127.0.0.1", resolve));
  env = {
    SUPABASE_URL: `http://127.0.0.1:${(gateway.address() as AddressInfo).port}`,
    SUPABASE_ANON_KEY: supabase.anonKey,
    SUPABASE_SERVICE_ROLE_KEY: supabase.serviceRoleKey,
    TRUST_PROXY: "1",
  };
});
afterAll(async () => {
  gateway.close();
  await supabase.close();
  await database.drop();
});
afterEach(async () => {
  away = false;
  seen = [];
  await server.close();
});

async function start(more: Record<string, string> = {}) {
  server = await startAuthServer({ env: { ...env, ...more }, database });
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
  expect(seen.some(({ path }) => path.startsWith("/auth/v1/admin/users"))).toBe(true);
});

test("/auth/v1 is passed through: with the client's address, without our cookies, and with nobody's word for the address", async () => {
  await start({ SIGNUP: "open" });
  const client = createClient(server.url, supabase.anonKey, {
    auth: { persistSession: false },
    global: { headers: { "x-forwarded-for": "6.6.6.6, 203.0.113.9", cookie: "holdfast_refresh=secret" } },
  });
  const signUp = await client.auth.signUp({ email: "direct@example.org", password });
  expect(signUp.error).toBeNull();
  const { headers } = seen.find(({ path }) => path.startsWith("/auth/v1/signup")) as (typeof seen)[0];
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
  expect(seen.filter(({ path }) => !path.startsWith("/auth/v1/"))).toEqual([]);
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
  const client = createClient(server.url, supabase.anonKey, { auth: { persistSession: false } });
  expect((await client.auth.signUp({ email: "late@example.org", password })).error?.code).toBe("signup_disabled");
  expect((await client.auth.signInWithPassword({ email: "admin@example.org", password })).error?.status).toBe(429);
});

test("while Supabase is away people are told so at once, and nobody is signed out", async () => {
  await start({ SIGNUP: "open" });
  const browser = openBrowser(server.url);
  await browser.request("POST", "/api/v1/auth/register", { email: "patient@example.org", password });
  away = true;
  expect(await verdict(await browser.request("GET", "/api/v1/me"))).toBe("200");
  const access = browser.cookies.get("holdfast_access") as string;
  browser.cookies.delete("holdfast_access");
  const began = performance.now();
  expect(await verdict(await browser.request("GET", "/api/v1/me"))).toBe("503 unavailable");
  expect(await verdict(await browser.request("GET", "/api/v1/auth/session"))).toBe("503 unavailable");
  const login = await browser.request("POST", "/api/v1/auth/login", { email: "patient@example.org", password });
  expect(await verdict(login)).toBe("503 unavailable");
  expect((await fetch(`${server.url}/auth/v1/settings`)).status).toBe(503);
  expect(performance.now() - began).toBeLessThan(3000);
  away = false;
  expect(await verdict(await browser.request("GET", "/api/v1/me"))).toBe("200");
  expect(browser.cookies.get("holdfast_access")).not.toBe(access);
});
