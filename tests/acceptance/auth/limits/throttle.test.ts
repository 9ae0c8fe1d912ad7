import { createClient } from "@supabase/supabase-js";
import { afterEach, describe, expect, test } from "vitest";
import type { AuthServer } from "../../../support/auth/auth-server.ts";
import { openBrowser, verdict } from "../../../support/auth/browser.ts";
import { type Installation, modes, openInstallation } from "../../../support/auth/modes.ts";

const password = "correct horse battery";
const email = "admin@example.org";
/** Every test twice: with the embedded service, and with one elsewhere that stands in for a real Supabase. */
describe.each(modes)("%s", (mode) => {
  let installation: Installation;
  let server: AuthServer;
  afterEach(() => installation.close());

  async function start(env: Record<string, string> = {}): Promise<void> {
    const admin = { HOLDFAST_ADMIN_EMAIL: email, HOLDFAST_ADMIN_PASSWORD: password };
    installation = await openInstallation(mode, { env: { TRUST_PROXY: "", ...admin, ...env } });
    server = await installation.start();
  }

  const login = (ip: string, of: { email: string; password: string }) =>
    openBrowser(server.url).request("POST", "/api/v1/auth/login", of, { "x-forwarded-for": ip });

  test("guessing one account from many addresses soon waits, at both APIs; who is signed in goes on", async () => {
    await start({ TRUST_PROXY: "1" });
    const owner = openBrowser(server.url);
    await owner.request("POST", "/api/v1/auth/login", { email, password }, { "x-forwarded-for": "198.51.100.1" });
    const answers: string[] = [];
    for (let i = 0; i < 11; i++)
      answers.push(await verdict(await login(`192.0.2.${i}`, { email, password: `guess ${i}` })));
    expect(answers).toEqual([...Array(10).fill("401 invalid_credentials"), "429 rate_limited"]);
    const refused = await login("192.0.2.99", { email, password });
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);

    const supabase = createClient(server.url, await installation.keyOf("anon"), { auth: { persistSession: false } });
    expect((await supabase.auth.signInWithPassword({ email, password })).error).toMatchObject({ status: 429 });
    expect(await verdict(await owner.request("GET", "/api/v1/me"))).toBe("200");

    const history = (await (await owner.request("GET", "/api/v1/auth/logins?limit=2")).json()) as { items: object[] };
    expect(history.items).toMatchObject([
      { outcome: "throttled" },
      { outcome: "throttled", attempts: 2, ip: "192.0.2.0/24" },
    ]);
  });

  test("guessing many accounts from one network soon waits, at either API; other networks are not touched", async () => {
    await start({ TRUST_PROXY: "1", HOLDFAST_AUTH_RATE_LIMIT: "6" });
    const guess = async (ip: string, i: number) =>
      verdict(await login(ip, { email: `nobody${i}@example.org`, password }));
    for (let i = 0; i < 6; i++) expect(await guess(`2001:db8::${i}`, i)).toBe("401 invalid_credentials");
    expect(await guess("2001:db8::7", 7)).toBe("429 rate_limited");
    const contract = await fetch(`${server.url}/auth/v1/token?grant_type=password`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-forwarded-for": "2001:db8::8" },
      body: JSON.stringify({ email, password }),
    });
    expect(contract.status).toBe(429);
    expect(await verdict(await login("2001:db8:0:1::1", { email, password }))).toBe("200");
  });

  test("what a client says of its own address counts for nothing without a trusted proxy", async () => {
    await start({ HOLDFAST_AUTH_RATE_LIMIT: "6" });
    for (let i = 0; i < 6; i++) await login(`192.0.2.${i}`, { email: `nobody${i}@example.org`, password });
    expect(await verdict(await login("192.0.2.200", { email, password }))).toBe("429 rate_limited");
  });

  test("changing the password is no way around: the present one can be guessed ten times", async () => {
    await start();
    const browser = openBrowser(server.url);
    await browser.request("POST", "/api/v1/auth/login", { email, password });
    const change = async (currentPassword: string) =>
      verdict(
        await browser.request("POST", "/api/v1/auth/password", { currentPassword, newPassword: "another long one" }),
      );
    for (let i = 0; i < 10; i++) expect(await change(`guess ${i}`)).toBe("401 invalid_credentials");
    expect(await change(password)).toBe("429 rate_limited");
  });

  test("codes of a second factor are guessed ten times, from however many addresses, at Supabase Auth's API too", async () => {
    await start({ TRUST_PROXY: "1" });
    const apikey = await installation.keyOf("anon");
    const ask = async (i: number, path: string, body: object, token?: string) => {
      const headers = { apikey, "content-type": "application/json", "x-forwarded-for": `192.0.2.${i}` };
      const answer = await fetch(`${server.url}/auth/v1${path}`, {
        method: "POST",
        headers: { ...headers, ...(token ? { authorization: `Bearer ${token}` } : {}) },
        body: JSON.stringify(body),
      });
      return { status: answer.status, body: (await answer.json()) as Record<string, string> };
    };
    const factor = "01900000-0000-7000-8000-000000000001";
    await server.pool.query(
      `insert into auth.mfa_factors (id, user_id, factor_type, status, created_at, updated_at, secret)
       select $1::uuid, id, 'totp', 'verified', now(), now(), 'JBSWY3DPEHPK3PXP' from auth.users`,
      [factor],
    );
    const half = await ask(0, "/token?grant_type=password", { email, password });
    const guess = async (i: number, token: string | undefined) => {
      const challenge = await ask(i, `/factors/${factor}/challenge`, {}, half.body.access_token);
      if (challenge.status === 429) return 429;
      const body = { challenge_id: challenge.body.id, code: "000000" };
      return (await ask(i, `/factors/${factor}/verify`, body, token)).status;
    };
    // Without a good token nothing is guessed, and nobody is made to wait.
    for (let i = 0; i < 12; i++) expect(await guess(100 + i, `${half.body.access_token}x`)).toBe(403);
    for (let i = 0; i < 10; i++) expect(await guess(i, half.body.access_token)).toBe(422);
    expect(await guess(50, half.body.access_token)).toBe(429);
  });

  test("cookies are Secure where people come by https, and only there", async () => {
    await start({ TRUST_PROXY: "1", PUBLIC_URL: "https://files.example.org" });
    const browser = openBrowser(server.url);
    const login = (headers: Record<string, string>) =>
      browser.request("POST", "/api/v1/auth/login", { email, password }, headers);
    await login({});
    expect(browser.received.splice(0).every((line) => !line.includes("Secure"))).toBe(true);
    await login({
      "x-forwarded-proto": "https",
      "x-forwarded-host": "files.example.org",
      origin: "https://files.example.org",
    });
    expect(browser.received.splice(0).every((line) => line.includes("; Secure"))).toBe(true);
  });

  test("accounts are not made by the dozen", async () => {
    await start({ SIGNUP: "open", HOLDFAST_AUTH_RATE_LIMIT: "3" });
    const register = async (i: number) =>
      verdict(
        await openBrowser(server.url).request("POST", "/api/v1/auth/register", {
          email: `n${i}@example.org`,
          password,
        }),
      );
    expect([await register(1), await register(2), await register(3), await register(4)]).toEqual([
      "201",
      "201",
      "201",
      "429 rate_limited",
    ]);
  });
});
