import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { AuthServer } from "./support/auth-server.ts";
import { type Browser, openBrowser, verdict } from "./support/browser.ts";
import { type Installation, modes, openInstallation } from "./support/modes.ts";

type AuthRequest = Parameters<AuthServer["auth"]["authenticate"]>[0];
const password = "correct horse battery";

/** Every test twice: with the embedded service, and with one elsewhere that stands in for a real Supabase. */
describe.each(modes)("%s", (mode) => {
  let installation: Installation;
  let server: AuthServer;
  let twin: AuthServer;
  beforeAll(async () => {
    installation = await openInstallation(mode, { env: { SIGNUP: "open", HOLDFAST_AUTH_RATE_LIMIT: "0" } });
    server = await installation.start();
    twin = await installation.start();
  });
  afterAll(() => installation.close());

  let people = 0;
  async function registered(): Promise<Browser> {
    const browser = openBrowser(server.url);
    await browser.request("POST", "/api/v1/auth/register", { email: `renewal${++people}@example.org`, password });
    return browser;
  }

  async function sql<Row>(text: string, values: unknown[] = []): Promise<Row[]> {
    return (await server.pool.query(text, values)).rows as Row[];
  }

  /** Refresh tokens of the only session of this browser's person that still count. */
  async function activeTokens(browser: Browser): Promise<string[]> {
    const { id } = (await (await browser.request("GET", "/api/v1/me")).json()) as { id: string };
    const rows = await sql<{ token: string }>(
      "select token from auth.refresh_tokens where user_id = $1 and not revoked",
      [id],
    );
    return rows.map((row) => row.token);
  }

  test("the server renews an access cookie that is gone, on any route, and the page goes on", async () => {
    const browser = await registered();
    const before = browser.cookies.get("holdfast_refresh");
    browser.cookies.delete("holdfast_access");
    expect(await verdict(await browser.request("GET", "/api/v1/auth/sessions"))).toBe("200");
    expect(browser.cookies.get("holdfast_access")).toBeTruthy();
    expect(browser.cookies.get("holdfast_refresh")).not.toBe(before);
    expect(await activeTokens(browser)).toEqual([browser.cookies.get("holdfast_refresh")]);
  });

  test("an access cookie that has run out is renewed as well, and also when the answer is a refusal", async () => {
    const browser = await registered();
    const before = browser.cookies.get("holdfast_refresh");
    installation.now.current = new Date(Date.now() + 2 * 3600_000);
    try {
      expect(await verdict(await browser.request("GET", "/api/v1/admin/users"))).toBe("403 forbidden");
      expect(browser.cookies.get("holdfast_refresh")).not.toBe(before);
      expect(await verdict(await browser.request("GET", "/api/v1/me"))).toBe("200");
    } finally {
      installation.now.current = null;
    }
  });

  test("50 parallel requests with one expired cookie end in one successor, and nobody is signed out", async () => {
    const browser = await registered();
    for (let round = 0; round < 5; round++) {
      const stale = new Map(browser.cookies);
      stale.delete("holdfast_access");
      const tabs = Array.from({ length: 50 }, () => openBrowser(server.url, new Map(stale)));
      const answers = await Promise.all(tabs.map((tab) => tab.request("GET", "/api/v1/me").then(verdict)));
      expect(new Set(answers)).toEqual(new Set(["200"]));
      const successors = new Set(tabs.map((tab) => tab.cookies.get("holdfast_refresh")));
      expect(successors.size).toBe(1);
      for (const [name, value] of tabs[0]?.cookies ?? []) browser.cookies.set(name, value);
      expect(await activeTokens(browser)).toEqual([...successors]);
    }
  });

  test("so do requests that two nodes serve", async () => {
    const browser = await registered();
    const stale = new Map(browser.cookies);
    stale.delete("holdfast_access");
    const tabs = Array.from({ length: 50 }, (_, i) => openBrowser(i % 2 ? server.url : twin.url, new Map(stale)));
    const answers = await Promise.all(tabs.map((tab) => tab.request("GET", "/api/v1/me").then(verdict)));
    expect(new Set(answers)).toEqual(new Set(["200"]));
    expect(new Set(tabs.map((tab) => tab.cookies.get("holdfast_refresh"))).size).toBe(1);
  });

  test("50 parallel refreshes by a program end in one successor", async () => {
    const browser = await registered();
    const refreshToken = browser.cookies.get("holdfast_refresh");
    const refresh = async () => {
      const response = await fetch(`${server.url}/api/v1/auth/refresh`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ refreshToken }),
      });
      expect(response.status).toBe(200);
      return ((await response.json()) as { refreshToken: string }).refreshToken;
    };
    const successors = new Set(await Promise.all(Array.from({ length: 50 }, refresh)));
    expect(successors.size).toBe(1);
    expect([...successors]).toEqual(await activeTokens(browser));
  });

  test("a session that was ended stays ended, whichever cookies come", async () => {
    const browser = await registered();
    const both = new Map(browser.cookies);
    const refreshOnly = new Map([["holdfast_refresh", both.get("holdfast_refresh") as string]]);
    expect(await verdict(await browser.request("POST", "/api/v1/auth/logout"))).toBe("204");
    for (const node of [server, twin]) {
      for (const cookies of [both, refreshOnly]) {
        const late = openBrowser(node.url, new Map(cookies));
        expect(await verdict(await late.request("GET", "/api/v1/me"))).toBe("401 session_ended");
      }
    }
  });

  test("a stream that was opened with an old cookie ends with its session, and never renews", async () => {
    const browser = await registered();
    const stream = {
      headers: {},
      method: "GET",
      cookies: Object.fromEntries(browser.cookies),
      host: "",
      ip: "127.0.0.1",
    };
    const request = { ...stream, principal: null } as unknown as AuthRequest;
    request.principal = await server.auth.authenticate(request);
    installation.now.current = new Date(Date.now() + 2 * 3600_000);
    try {
      expect(await server.auth.stillSignedIn(request)).toBe(true);
      expect(await activeTokens(openBrowser(twin.url, browser.cookies))).toEqual([
        browser.cookies.get("holdfast_refresh"),
      ]);
    } finally {
      installation.now.current = null;
    }
    await browser.request("POST", "/api/v1/auth/logout");
    expect(await server.auth.stillSignedIn(request)).toBe(false);
  });

  test("a token that was used long ago and comes back is nobody's, and ends the session", async () => {
    const browser = await registered();
    const first = browser.cookies.get("holdfast_refresh") as string;
    for (let i = 0; i < 2; i++) {
      browser.cookies.delete("holdfast_access");
      await browser.request("GET", "/api/v1/me");
    }
    await sql("update auth.refresh_tokens set updated_at = updated_at - interval '1 hour' where revoked");
    const thief = openBrowser(twin.url, new Map([["holdfast_refresh", first]]));
    expect(await verdict(await thief.request("GET", "/api/v1/me"))).toBe("401 session_ended");
    browser.cookies.delete("holdfast_access");
    expect(await verdict(await browser.request("GET", "/api/v1/me"))).toBe("401 session_ended");
  });
});
