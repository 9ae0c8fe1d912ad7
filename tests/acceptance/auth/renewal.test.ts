import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { AuthServer } from "../../support/auth/auth-server.ts";
import { type Browser, openBrowser, verdict } from "../../support/auth/browser.ts";
import { type Installation, modes, openInstallation } from "../../support/auth/modes.ts";

type AuthRequest = Parameters<AuthServer["auth"]["authenticate"]>[0];
const password = "correct horse battery";
const rounds = Number(process.env.HOLDFAST_TEST_REFRESH_ROUNDS || 20);

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

  /** How often the only session of this browser's person was renewed. */
  async function renewalsOf(browser: Browser): Promise<number[]> {
    const { id } = (await (await browser.request("GET", "/api/v1/me")).json()) as { id: string };
    const rows = await sql<{ counter: number }>(
      "select refresh_token_counter::int as counter from auth.sessions where user_id = $1",
      [id],
    );
    return rows.map(({ counter }) => counter);
  }

  const anHourPasses = () => sql("update auth.sessions set updated_at = updated_at - interval '1 hour'");

  test("the server renews an access cookie that is gone, on any route, and the page goes on", async () => {
    const browser = await registered();
    const before = browser.cookies.get("holdfast_refresh");
    browser.cookies.delete("holdfast_access");
    expect(await verdict(await browser.request("GET", "/api/v1/auth/sessions"))).toBe("200");
    expect(browser.cookies.get("holdfast_access")).toBeTruthy();
    expect(browser.cookies.get("holdfast_refresh")).not.toBe(before);
    expect(await renewalsOf(browser)).toEqual([1]);
    expect(await sql("select token from auth.refresh_tokens")).toEqual([]);
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
      expect(await renewalsOf(browser)).toEqual([round + 1]);
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

  test(`${rounds} times 50 parallel refreshes of one token end in one successor each; a grandparent ends the family, and nobody else`, async () => {
    const apikey = await installation.keyOf("anon");
    const post = (url: string, body: object) =>
      fetch(url, {
        method: "POST",
        headers: { apikey, "content-type": "application/json" },
        body: JSON.stringify(body),
      });
    // Both APIs, two nodes: only at the first are refreshes of one token shared before the identity service sees them.
    const endpoints = [
      (token: string) => post(`${server.url}/api/v1/auth/refresh`, { refreshToken: token }),
      (token: string) => post(`${server.url}/auth/v1/token?grant_type=refresh_token`, { refresh_token: token }),
      (token: string) => post(`${twin.url}/api/v1/auth/refresh`, { refreshToken: token }),
      (token: string) => post(`${twin.url}/auth/v1/token?grant_type=refresh_token`, { refresh_token: token }),
    ];
    async function refreshed(answer: Response): Promise<string> {
      expect(answer.status).toBe(200);
      const body = (await answer.json()) as { refreshToken?: string; refresh_token?: string };
      return (body.refreshToken ?? body.refresh_token) as string;
    }
    const bystander = await registered();
    const email = `renewal${people}@example.org`;
    for (let round = 0; round < rounds; round++) {
      const login = { email, password, transport: "bearer" };
      const first = await refreshed(await post(`${server.url}/api/v1/auth/login`, login));
      const many = Array.from({ length: 50 }, (_, i) => endpoints[i % 4]?.(first) as Promise<Response>);
      const successors = new Set(await Promise.all((await Promise.all(many)).map(refreshed)));
      expect(successors.size).toBe(1);
      const [second] = [...successors] as [string];
      const third = await refreshed(await (endpoints[round % 4]?.(second) as Promise<Response>));
      expect(new Set([first, second, third]).size).toBe(3);
      // Past the interval in which a token may come twice, and past what a process remembers of it.
      await anHourPasses();
      // The parent of the present one is still who lost the answer; the grandparent is a thief.
      expect(await refreshed(await (endpoints[1]?.(second) as Promise<Response>))).toBe(third);
      expect((await endpoints[1]?.(first))?.status).toBe(400);
      expect((await endpoints[1]?.(third))?.status).toBe(400);
    }
    bystander.cookies.delete("holdfast_access");
    expect(await verdict(await bystander.request("GET", "/api/v1/me"))).toBe("200");
  }, 1_800_000);

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
      const { rows } = await server.pool.query(
        "select refresh_token_counter::int as counter from auth.sessions where user_id = $1",
        [request.principal?.userId],
      );
      expect(rows).toEqual([{ counter: 0 }]);
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
    await anHourPasses();
    const thief = openBrowser(twin.url, new Map([["holdfast_refresh", first]]));
    expect(await verdict(await thief.request("GET", "/api/v1/me"))).toBe("401 session_ended");
    browser.cookies.delete("holdfast_access");
    expect(await verdict(await browser.request("GET", "/api/v1/me"))).toBe("401 session_ended");
  });
});
