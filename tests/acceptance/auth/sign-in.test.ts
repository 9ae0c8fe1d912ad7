import { randomBytes } from "node:crypto";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { createClient as createSupabaseClient } from "@supabase/supabase-js";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createClient } from "../../../packages/contract/src/client.ts";
import { adminDeleteUser, publicSettings } from "../../../packages/contract/src/index.ts";
import { asksGivenServer, insideTest } from "../../support/any-server.ts";
import { startAuthServer } from "../../support/auth/auth-server.ts";
import { openBrowser, verdict } from "../../support/auth/browser.ts";
import { anyModes, openAnyServer } from "../../support/auth/modes.ts";

const password = "correct horse battery";
/** Of this client, as the server knows it. */
const address: unknown = asksGivenServer ? expect.any(String) : "127.0.0.1";
/** Every test twice: with the embedded service, and with one elsewhere that stands in for a real Supabase. */
describe.each(anyModes)("%s", (mode) => {
  let server: Awaited<ReturnType<typeof openAnyServer>>;
  let signUp: string;
  const keyOf = (role: "anon" | "service-role") => server.keyOf(role);
  beforeAll(async () => {
    server = await openAnyServer(mode);
    ({ signup: signUp } = await createClient({ baseUrl: server.url })(publicSettings));
  });
  beforeEach(({ skip }) => skip(signUp !== "open", "sign-up is not open at this installation"));
  afterAll(async () => {
    for (const id of made) await server.admin.call(adminDeleteUser, { params: { id } }).catch(() => {});
    await server.close();
  });

  /** Who has signed up here, to leave nobody behind. */
  const made: string[] = [];
  const newEmail = () => `person-${randomBytes(6).toString("hex")}@example.org`;

  async function registered(email = newEmail(), secret = password) {
    const browser = openBrowser(server.url);
    const response = await browser.request("POST", "/api/v1/auth/register", { email, password: secret });
    expect(response.status).toBe(201);
    const grant = (await response.json()) as { user: { id: string }; expiresAt: string };
    made.push(grant.user.id);
    return { email, browser, grant };
  }

  test("a browser registers, is known by its cookies, signs out and in again", async () => {
    const { email, browser, grant } = await registered();
    expect(grant).toMatchObject({ user: { email, role: "user", status: "active", usedBytes: 0 } });
    expect(grant).not.toHaveProperty("accessToken");
    expect(browser.received).toHaveLength(2);
    for (const line of browser.received) expect(line).toMatch(/; Path=\/; HttpOnly; (Secure; )?SameSite=Lax$/);

    const session = await browser.request("GET", "/api/v1/auth/session");
    expect(await session.json()).toMatchObject({ user: { email }, expiresAt: grant.expiresAt });
    expect(await (await browser.request("GET", "/api/v1/me")).json()).toMatchObject({ email });

    const stolen = openBrowser(server.url, new Map(browser.cookies));
    expect(await verdict(await browser.request("POST", "/api/v1/auth/logout"))).toBe("204");
    expect(browser.cookies.size).toBe(0);
    expect(await verdict(await stolen.request("GET", "/api/v1/me"))).toBe("401 session_ended");
    expect(await (await browser.request("GET", "/api/v1/auth/session")).json()).toEqual({
      user: null,
      expiresAt: null,
    });

    expect(await verdict(await browser.request("POST", "/api/v1/auth/login", { email, password }))).toBe("200");
    expect(await verdict(await browser.request("GET", "/api/v1/me"))).toBe("200");
  });

  test("a program gets its tokens in the body, uses them as bearer, and refreshes them", async () => {
    const { email } = await registered();
    const post = (path: string, body: unknown, token?: string) =>
      fetch(server.url + path, {
        method: "POST",
        headers: { "content-type": "application/json", ...(token ? { authorization: `Bearer ${token}` } : {}) },
        body: JSON.stringify(body),
      });
    const login = await post("/api/v1/auth/login", { email, password, transport: "bearer" });
    expect(login.headers.getSetCookie()).toEqual([]);
    const first = (await login.json()) as { accessToken: string; refreshToken: string };
    const second = (await (
      await post("/api/v1/auth/refresh", { refreshToken: first.refreshToken })
    ).json()) as typeof first;
    expect(second.refreshToken).not.toBe(first.refreshToken);
    const me = await fetch(`${server.url}/api/v1/me`, { headers: { authorization: `Bearer ${second.accessToken}` } });
    expect(await me.json()).toMatchObject({ email });
    expect(await verdict(await post("/api/v1/auth/logout", { scope: "local" }, second.accessToken))).toBe("204");
    expect(await verdict(await post("/api/v1/auth/refresh", { refreshToken: second.refreshToken }))).toBe(
      "401 session_ended",
    );
  });

  insideTest("tokens that are no session of a person are refused", async () => {
    const me = (token: string) => fetch(`${server.url}/api/v1/me`, { headers: { authorization: `Bearer ${token}` } });
    for (const role of ["anon", "service-role"] as const) {
      expect(await verdict(await me(await keyOf(role)))).toBe("401 unauthenticated");
    }
    const { browser } = await registered();
    const token = browser.cookies.get("holdfast_access") as string;
    const [header, payload, signature] = token.split(".") as [string, string, string];
    const unsigned = Buffer.from(JSON.stringify({ alg: "none" })).toString("base64url");
    const hmac = Buffer.from(
      JSON.stringify({ ...JSON.parse(Buffer.from(header, "base64url").toString()), alg: "HS256" }),
    );
    const other = Buffer.from(payload, "base64url").toString().replace("authenticated", "service_role");
    for (const forged of [
      `${unsigned}.${payload}.`,
      `${hmac.toString("base64url")}.${payload}.${signature}`,
      `${header}.${Buffer.from(other).toString("base64url")}.${signature}`,
      `${token.slice(0, -6)}AAAAAA`,
      "hf_nonsense",
    ]) {
      expect(await verdict(await me(forged))).toBe("401 unauthenticated");
    }
    expect(await verdict(await me(token))).toBe("200");
  });

  insideTest("an unmodified supabase-js signs up, in and out at the same address, and both APIs are one", async () => {
    const anonKey = await keyOf("anon");
    const supabase = createSupabaseClient(server.url, anonKey, { auth: { persistSession: false } });
    const email = newEmail();
    const signUp = await supabase.auth.signUp({ email, password });
    expect(signUp.error).toBeNull();
    const authorization = `Bearer ${signUp.data.session?.access_token}`;
    const me = await fetch(`${server.url}/api/v1/me`, { headers: { authorization } });
    expect(await me.json()).toMatchObject({ email, role: "user" });

    expect((await supabase.auth.refreshSession()).error).toBeNull();
    expect((await supabase.auth.signOut()).error).toBeNull();
    expect(await verdict(await fetch(`${server.url}/api/v1/me`, { headers: { authorization } }))).toBe(
      "401 session_ended",
    );

    expect((await supabase.auth.signInWithPassword({ email, password: "wrong password" })).error?.code).toBe(
      "invalid_credentials",
    );
    expect((await supabase.auth.signInWithPassword({ email, password })).error).toBeNull();
    const browser = openBrowser(server.url);
    await browser.request("POST", "/api/v1/auth/login", { email, password });
    expect(await verdict(await browser.request("POST", "/api/v1/auth/logout", { scope: "global" }))).toBe("204");
    expect((await supabase.auth.getUser()).error?.name).toBe("AuthSessionMissingError");
  });

  insideTest("nobody can write themselves a role", async () => {
    const anonKey = await keyOf("anon");
    const supabase = createSupabaseClient(server.url, anonKey, { auth: { persistSession: false } });
    const { data } = await supabase.auth.signUp({ email: newEmail(), password, options: { data: { role: "admin" } } });
    await supabase.auth.updateUser({ data: { role: "admin", app_metadata: { role: "admin" } } });
    const authorization = `Bearer ${data.session?.access_token}`;
    await fetch(`${server.url}/auth/v1/user`, {
      method: "PUT",
      headers: { authorization, apikey: anonKey, "content-type": "application/json" },
      body: JSON.stringify({ app_metadata: { role: "admin" }, role: "service_role" }),
    });
    const me = await fetch(`${server.url}/api/v1/me`, { headers: { authorization } });
    expect(await me.json()).toMatchObject({ role: "user" });
    expect(await verdict(await fetch(`${server.url}/api/v1/admin/users`, { headers: { authorization } }))).toBe(
      "403 forbidden",
    );
  });

  test("a cookie changes something only for pages of this server", async () => {
    const { browser } = await registered();
    const patch = async (headers: Record<string, string>) =>
      verdict(await browser.request("PATCH", "/api/v1/me", { displayName: "Ada" }, headers));
    expect(await patch({})).toBe("200");
    for (const origin of [
      "https://evil.example",
      "null",
      server.url.replace("http:", "https:").replace(/\d+$/, "1"),
      "nonsense",
    ]) {
      expect(await patch({ origin })).toBe("403 bad_origin");
    }
    const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const bare = (headers: Record<string, string>) =>
      fetch(`${server.url}/api/v1/me`, {
        method: "PATCH",
        headers: { cookie, "content-type": "application/json", ...headers },
        body: JSON.stringify({ displayName: "Ada" }),
      });
    expect(await verdict(await bare({}))).toBe("403 bad_origin");
    expect(await verdict(await bare({ "sec-fetch-site": "cross-site" }))).toBe("403 bad_origin");
    expect(await verdict(await bare({ "sec-fetch-site": "same-origin" }))).toBe("200");
    expect(
      await verdict(await fetch(`${server.url}/api/v1/me`, { headers: { cookie, origin: "https://evil.example" } })),
    ).toBe("200");
    const refresh = await browser.request("POST", "/api/v1/auth/refresh", {}, { origin: "https://evil.example" });
    expect(await verdict(refresh)).toBe("403 bad_origin");
    const login = await browser.request(
      "POST",
      "/api/v1/auth/login",
      { email: "a@b.org", password },
      { origin: "https://evil.example" },
    );
    expect(await verdict(login)).toBe("403 bad_origin");
  });

  test("a person sees the own sessions, ends one of them, and nobody else's", async () => {
    const { email, browser } = await registered();
    const second = openBrowser(server.url);
    await second.request("POST", "/api/v1/auth/login", { email, password }, { "user-agent": "Second/1.0" });
    const listed = (await (await browser.request("GET", "/api/v1/auth/sessions")).json()) as {
      items: { id: string; current: boolean; userAgent: string; ip: string }[];
    };
    expect(listed.items).toHaveLength(2);
    const other = listed.items.find(({ current }) => !current);
    expect(other).toMatchObject({ userAgent: "Second/1.0", ip: address });

    const stranger = await registered();
    expect(await verdict(await stranger.browser.request("DELETE", `/api/v1/auth/sessions/${other?.id}`))).toBe(
      "404 not_found",
    );
    expect(await verdict(await second.request("GET", "/api/v1/me"))).toBe("200");
    expect(await verdict(await browser.request("DELETE", `/api/v1/auth/sessions/${other?.id}`))).toBe("204");
    expect(await verdict(await second.request("GET", "/api/v1/me"))).toBe("401 session_ended");
    expect(await verdict(await browser.request("DELETE", `/api/v1/auth/sessions/${other?.id}`))).toBe("404 not_found");
    expect(await verdict(await browser.request("GET", "/api/v1/me"))).toBe("200");
  });

  test("signing out elsewhere keeps this session", async () => {
    const { email, browser } = await registered();
    const second = openBrowser(server.url);
    await second.request("POST", "/api/v1/auth/login", { email, password });
    expect(await verdict(await browser.request("POST", "/api/v1/auth/logout", { scope: "others" }))).toBe("204");
    expect(await verdict(await second.request("GET", "/api/v1/me"))).toBe("401 session_ended");
    expect(await verdict(await browser.request("GET", "/api/v1/me"))).toBe("200");
  });

  test("a new password needs the old one, and ends every other session", async () => {
    const { email, browser } = await registered();
    const second = openBrowser(server.url);
    await second.request("POST", "/api/v1/auth/login", { email, password });
    const change = async (currentPassword: string, newPassword: string) =>
      verdict(await browser.request("POST", "/api/v1/auth/password", { currentPassword, newPassword }));
    expect(await change("not my password", "another long one")).toBe("401 invalid_credentials");
    expect(await change(password, "short")).toBe("422 weak_password");
    expect(await change(password, password)).toBe("422 weak_password");
    expect(await verdict(await second.request("GET", "/api/v1/me"))).toBe("200");
    expect(await change(password, "another long one")).toBe("204");
    expect(await verdict(await browser.request("GET", "/api/v1/me"))).toBe("200");
    expect(await verdict(await second.request("GET", "/api/v1/me"))).toBe("401 session_ended");
    expect(await verdict(await second.request("POST", "/api/v1/auth/login", { email, password }))).toBe(
      "401 invalid_credentials",
    );
    const sessions = (await (await browser.request("GET", "/api/v1/auth/sessions")).json()) as { items: unknown[] };
    expect(sessions.items).toHaveLength(1);
  });

  insideTest("every attempt is in the history, at both APIs, page by page", async () => {
    const { email, browser } = await registered();
    const anonKey = await keyOf("anon");
    const supabase = createSupabaseClient(server.url, anonKey, { auth: { persistSession: false } });
    await openBrowser(server.url).request(
      "POST",
      "/api/v1/auth/login",
      { email, password: "wrong" },
      { "user-agent": "Guesser" },
    );
    await supabase.auth.signInWithPassword({ email, password: "wrong again" });
    await supabase.auth.signInWithPassword({ email, password });

    const items: Record<string, unknown>[] = [];
    for (let cursor: string | null = ""; cursor !== null; ) {
      const page = await browser.request("GET", `/api/v1/auth/logins?limit=2${cursor && `&cursor=${cursor}`}`);
      const body = (await page.json()) as { items: Record<string, unknown>[]; nextCursor: string | null };
      items.push(...body.items);
      cursor = body.nextCursor;
    }
    expect(items.map(({ method, outcome }) => `${method} ${outcome}`)).toEqual([
      "password success",
      "password invalid_credentials",
      "signup success",
    ]);
    // Both at once, by whatever program.
    expect(items[1]).toMatchObject({ ip: "127.0.0.1", attempts: 2, userAgent: null });
    expect(await verdict(await browser.request("GET", "/api/v1/auth/logins?cursor=x"))).toBe("400 invalid_cursor");
  });

  test("addresses are taken once, in any case; weak passwords are told so", async () => {
    const { email } = await registered();
    const register = async (body: object) =>
      verdict(await openBrowser(server.url).request("POST", "/api/v1/auth/register", body));
    expect(await register({ email: email.toUpperCase(), password })).toBe("409 email_taken");
    expect(await register({ email: newEmail(), password: "short" })).toBe("422 weak_password");
    expect(await register({ email: newEmail(), password: "x".repeat(73) })).toBe("422 weak_password");
    expect(await register({ email: newEmail(), password: "Password1" })).toBe("422 weak_password");
    expect(await register({ email: newEmail(), password: "x ".repeat(32) })).toBe("201");
    expect(await register({ email: "no address", password })).toBe("400 invalid_request");
    const odd = newEmail();
    await registered(odd, "päss wörd ✓ 密码");
    const login = await openBrowser(server.url).request("POST", "/api/v1/auth/login", {
      email: odd,
      password: "päss wörd ✓ 密码",
    });
    expect(await verdict(login)).toBe("200");
  });

  test("an account that does not exist answers like a wrong password, after the same time", async () => {
    const wrong = async (email: string) => {
      const began = performance.now();
      const body = { email, password: "wrong" };
      const response = await openBrowser(server.url).request("POST", "/api/v1/auth/login", body);
      const { requestId: _id, ...problem } = (await response.json()) as Record<string, unknown>;
      const answer = JSON.stringify([response.status, [...response.headers.keys()], problem]);
      return { answer, took: performance.now() - began };
    };
    const { email } = await registered();
    expect((await wrong(newEmail())).answer).toBe((await wrong(email)).answer);
    // Others keep that server busy as they like.
    if (asksGivenServer) return;
    // In turns, and by the fastest of each, until these are alike: what else the machine does wears off, a real difference never.
    const fastest = { known: Number.POSITIVE_INFINITY, unknown: Number.POSITIVE_INFINITY };
    const ratio = async () => {
      const { email: another } = await registered();
      for (let i = 0; i < 8; i++) {
        fastest.known = Math.min(fastest.known, (await wrong(another)).took);
        fastest.unknown = Math.min(fastest.unknown, (await wrong(newEmail())).took);
      }
      return Math.abs(Math.log(fastest.unknown / fastest.known));
    };
    await expect.poll(ratio, { timeout: 45_000, interval: 0 }).toBeLessThan(0.5);
  });

  insideTest("who has set up a second factor is let in nowhere without it", async () => {
    const { email, browser, grant } = await registered();
    expect(await verdict(await browser.request("GET", "/api/v1/me"))).toBe("200");
    await server.inside.services.pool.query(
      `insert into auth.mfa_factors (id, user_id, factor_type, status, created_at, updated_at, secret)
     values (gen_random_uuid(), $1, 'totp', 'verified', now(), now(), 'JBSWY3DPEHPK3PXP')`,
      [grant.user.id],
    );
    server.inside.services.auth.forget(grant.user.id);
    expect(await verdict(await browser.request("GET", "/api/v1/me"))).toBe("403 mfa_required");
    expect(await (await browser.request("GET", "/api/v1/auth/session")).json()).toEqual({
      user: null,
      expiresAt: null,
    });
    const login = await openBrowser(server.url).request("POST", "/api/v1/auth/login", { email, password });
    expect(await verdict(login)).toBe("403 mfa_required");
    expect(login.headers.getSetCookie()).toEqual([]);
    // The browser's own session; the one above still waits for its second step.
    await server.inside.services.pool.query(
      "update auth.sessions set aal = 'aal2' where id = (select id from auth.sessions where user_id = $1 order by created_at limit 1)",
      [grant.user.id],
    );
    server.inside.services.auth.forget(grant.user.id);
    expect(await verdict(await browser.request("GET", "/api/v1/me"))).toBe("200");
    const { items } = (await (await browser.request("GET", "/api/v1/auth/sessions")).json()) as { items: unknown[] };
    expect(items).toMatchObject([{ current: true }]);
  });
});

insideTest("keys are files that only their owner reads, and a restart keeps the sessions", async () => {
  const server = await startAuthServer({ env: { SIGNUP: "open" } });
  for (const file of ["jwt-keys.json", "anon-key", "service-role-key", "refresh-token-key", "setup-token"]) {
    expect((await stat(join(server.dataDir, "keys", file))).mode & 0o777).toBe(0o600);
  }
  const email = "kept@example.org";
  const browser = openBrowser(server.url);
  await browser.request("POST", "/api/v1/auth/register", { email, password });
  const twin = await startAuthServer({ database: server.database, dataDir: server.dataDir });
  const elsewhere = openBrowser(twin.url, browser.cookies);
  expect(await (await elsewhere.request("GET", "/api/v1/me")).json()).toMatchObject({ email });
  await twin.close();
  await server.close();
});
