import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { createClient } from "@supabase/supabase-js";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startAuthServer } from "./support/auth-server.ts";
import { openBrowser, verdict } from "./support/browser.ts";

const password = "correct horse battery";
let server: Awaited<ReturnType<typeof startAuthServer>>;
beforeAll(async () => {
  server = await startAuthServer({ env: { SIGNUP: "open", HOLDFAST_AUTH_RATE_LIMIT: "0" } });
});
afterAll(() => server.close());

let people = 0;
const newEmail = () => `person${++people}@example.org`;

async function registered(email = newEmail()) {
  const browser = openBrowser(server.url);
  const response = await browser.request("POST", "/api/v1/auth/register", { email, password });
  expect(response.status).toBe(201);
  return { email, browser, grant: (await response.json()) as { user: { id: string }; expiresAt: string } };
}

test("a browser registers, is known by its cookies, signs out and in again", async () => {
  const { email, browser, grant } = await registered();
  expect(grant).toMatchObject({ user: { email, role: "user", status: "active", usedBytes: 0 } });
  expect(grant).not.toHaveProperty("accessToken");
  expect(browser.received).toHaveLength(2);
  for (const line of browser.received) expect(line).toMatch(/; Path=\/; HttpOnly; SameSite=Lax$/);

  const session = await browser.request("GET", "/api/v1/auth/session");
  expect(await session.json()).toMatchObject({ user: { email }, expiresAt: grant.expiresAt });
  expect(await (await browser.request("GET", "/api/v1/me")).json()).toMatchObject({ email });

  const stolen = openBrowser(server.url, new Map(browser.cookies));
  expect(await verdict(await browser.request("POST", "/api/v1/auth/logout"))).toBe("204");
  expect(browser.cookies.size).toBe(0);
  expect(await verdict(await stolen.request("GET", "/api/v1/me"))).toBe("401 session_ended");
  expect(await (await browser.request("GET", "/api/v1/auth/session")).json()).toEqual({ user: null, expiresAt: null });

  expect(await verdict(await browser.request("POST", "/api/v1/auth/login", { email, password }))).toBe("200");
  expect(await verdict(await browser.request("GET", "/api/v1/me"))).toBe("200");
});
