import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { AuthServer } from "../../support/auth/auth-server.ts";
import { openBrowser, verdict } from "../../support/auth/browser.ts";
import { type Installation, modes, openInstallation } from "../../support/auth/modes.ts";

const password = "correct horse battery";
/** Every test twice: with the embedded service, and with one elsewhere that stands in for a real Supabase. */
describe.each(modes)("%s", (mode) => {
  let installation: Installation;
  beforeEach(async () => {
    installation = await openInstallation(mode);
  });
  afterEach(() => installation.close());

  const setupFile = (server: AuthServer) => join(server.dataDir, "keys", "setup-token");
  const setUp = (server: AuthServer, token: string, email: string) =>
    openBrowser(server.url).request("POST", "/api/v1/setup", { token, email, password });
  const admins = async (server: AuthServer) =>
    (await server.pool.query("select email from holdfast.users where role = 'admin'")).rows as { email: string }[];

  test("the token makes the first admin, who is signed in; then set-up is closed and the token gone", async () => {
    const server = await installation.start();
    const token = (await readFile(setupFile(server), "utf8")).trim();
    expect(token).toBe(server.auth.setup.token());
    const browser = openBrowser(server.url);
    expect(await (await browser.request("GET", "/api/v1/setup")).json()).toEqual({ open: true });
    expect(await (await browser.request("GET", "/api/v1/settings")).json()).toMatchObject({
      setupOpen: true,
      signup: "closed",
    });
    expect(await verdict(await setUp(server, `${token}x`, "a@example.org"))).toBe("403 setup_token_invalid");
    const weak = await browser.request("POST", "/api/v1/setup", { token, email: "a@example.org", password: "short" });
    expect(await verdict(weak)).toBe("422 weak_password");

    const response = await browser.request("POST", "/api/v1/setup", { token, email: "Admin@Example.org", password });
    expect(response.status).toBe(201);
    expect(await response.json()).toMatchObject({ user: { email: "admin@example.org", role: "admin" } });
    expect(await verdict(await browser.request("GET", "/api/v1/admin/users"))).toBe("200");

    expect(await (await browser.request("GET", "/api/v1/setup")).json()).toEqual({ open: false });
    expect(await verdict(await setUp(server, token, "b@example.org"))).toBe("409 setup_done");
    expect(existsSync(setupFile(server))).toBe(false);
    expect(server.auth.setup.token()).toBeNull();
    const kept = await server.pool.query("select 1 from holdfast.settings where key = 'setup-token'");
    expect(kept.rowCount).toBe(0);
    const entries = await server.pool.query("select action from holdfast.audit_log where action = 'setup.complete'");
    expect(entries.rowCount).toBe(1);
  });

  test("20 who hold the token at once, at two nodes, make one admin", async () => {
    const one = await installation.start();
    const two = await installation.start();
    expect(two.auth.setup.token()).toBe(one.auth.setup.token());
    const token = one.auth.setup.token() as string;
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, i) => setUp(i % 2 ? one : two, token, `racer${i}@example.org`).then(verdict)),
    );
    expect(answers.filter((answer) => answer === "201")).toHaveLength(1);
    // Of those who are right, some more than may guess at once come at the other node.
    expect(answers.filter((answer) => !["201", "409 setup_done", "429 rate_limited"].includes(answer))).toEqual([]);
    expect(await admins(one)).toHaveLength(1);
    expect((await one.pool.query("select 1 from auth.users")).rowCount).toBe(1);
  });

  test("a restart keeps the token, and removes it once there is an admin", async () => {
    const first = await installation.start();
    const token = first.auth.setup.token() as string;
    const second = await installation.start();
    expect(second.auth.setup.token()).toBe(token);
    await setUp(first, token, "a@example.org");
    const third = await installation.start();
    expect(third.auth.setup.token()).toBeNull();
    expect(existsSync(setupFile(first))).toBe(false);
  });

  test("who guesses the token must wait", async () => {
    const server = await installation.start();
    const answers: string[] = [];
    for (let i = 0; i < 12; i++) answers.push(await verdict(await setUp(server, `guess${i}`, "a@example.org")));
    expect(answers.slice(0, 10)).toEqual(Array(10).fill("403 setup_token_invalid"));
    expect(answers.slice(10)).toEqual(["429 rate_limited", "429 rate_limited"]);
  });

  test("an admin of the settings is made once, on however many nodes, and no set-up is open", async () => {
    const env = { HOLDFAST_ADMIN_EMAIL: "Boss@example.org", HOLDFAST_ADMIN_PASSWORD: password };
    const one = await installation.start(env);
    await installation.start(env);
    expect(await admins(one)).toEqual([{ email: "boss@example.org" }]);
    expect(one.auth.setup.token()).toBeNull();
    expect(existsSync(setupFile(one))).toBe(false);
    const browser = openBrowser(one.url);
    const login = await browser.request("POST", "/api/v1/auth/login", { email: "boss@example.org", password });
    expect(await login.json()).toMatchObject({ user: { role: "admin" } });
    const register = await browser.request("POST", "/api/v1/auth/register", { email: "x@example.org", password });
    expect(await verdict(register)).toBe("403 signup_closed");
  });

  test("sign-up is closed by default, at both APIs", async () => {
    const server = await installation.start();
    const signup = await fetch(`${server.url}/auth/v1/signup`, {
      method: "POST",
      headers: { apikey: await installation.keyOf("anon"), "content-type": "application/json" },
      body: JSON.stringify({ email: "x@example.org", password }),
    });
    expect([signup.status, signup.headers.get("x-sb-error-code")]).toEqual([422, "signup_disabled"]);
    const register = await openBrowser(server.url).request("POST", "/api/v1/auth/register", {
      email: "x@example.org",
      password,
    });
    expect(await verdict(register)).toBe("403 signup_closed");
    expect((await server.pool.query("select 1 from auth.users")).rowCount).toBe(0);
  });
});
