import { afterEach, expect, test } from "vitest";
import type { AuthServer } from "../../../support/auth/auth-server.ts";
import { type Browser, openBrowser, verdict } from "../../../support/auth/browser.ts";
import { type Installation, openInstallation } from "../../../support/auth/modes.ts";

const credentials = { email: "admin@example.org", password: "correct horse battery" };
const admin = { HOLDFAST_ADMIN_EMAIL: credentials.email, HOLDFAST_ADMIN_PASSWORD: credentials.password };

let installation: Installation;
let server: AuthServer;
afterEach(() => installation.close());

async function start(env: Record<string, string>): Promise<Browser> {
  installation = await openInstallation("embedded", { env: { ...admin, ...env } });
  installation.now.current = new Date();
  server = await installation.start();
  const browser = openBrowser(server.url);
  expect((await browser.request("POST", "/api/v1/auth/login", credentials)).status).toBe(200);
  return browser;
}
const later = (minutes: number) => {
  installation.now.current = new Date((installation.now.current as Date).getTime() + minutes * 60_000);
};
const me = async (browser: Browser) => verdict(await browser.request("GET", "/api/v1/me"));

test("a session that was not used for too long ends, and the page is told that there was one", async () => {
  const browser = await start({ HOLDFAST_AUTH_SESSION_IDLE: "3h" });
  for (let i = 0; i < 4; i++) {
    later(175);
    expect(await me(browser)).toBe("200");
  }
  later(181);
  expect(await me(browser)).toBe("401 session_ended");
  expect(await (await browser.request("GET", "/api/v1/auth/session")).json()).toEqual({
    ...{ user: null, expiresAt: null, ended: true },
  });
  const nobody = await openBrowser(server.url).request("GET", "/api/v1/auth/session");
  expect(await nobody.json()).toEqual({ user: null, expiresAt: null });
  const { rowCount } = await server.pool.query("select from auth.sessions");
  expect(rowCount).toBe(1);
  await server.runJob("auth.sweep");
  expect((await server.pool.query("select from auth.sessions")).rowCount).toBe(0);
});

test("a session ends at its age, however much it is used, and its access token with it", async () => {
  const browser = await start({ HOLDFAST_AUTH_SESSION_LIFETIME: "5h" });
  for (let i = 0; i < 4; i++) {
    later(61);
    expect(await me(browser)).toBe("200");
  }
  // The access token is good for six minutes more, the session for two.
  later(54);
  const token = browser.cookies.get("holdfast_access") as string;
  const bearer = { headers: { authorization: `Bearer ${token}` } };
  expect((await fetch(`${server.url}/auth/v1/user`, bearer)).status).toBe(200);
  later(4);
  expect(await verdict(await fetch(`${server.url}/api/v1/me`, bearer))).toBe("401 session_ended");
  expect((await fetch(`${server.url}/auth/v1/user`, bearer)).status).toBe(403);
  expect(await me(browser)).toBe("401 session_ended");
});

test("by default a month without use and a year are the limits, and both can be off", async () => {
  const browser = await start({});
  later(29 * 1440);
  expect(await me(browser)).toBe("200");
  later(31 * 1440);
  expect(await me(browser)).toBe("401 session_ended");
  await installation.close();
  const off = await start({ HOLDFAST_AUTH_SESSION_IDLE: "off", HOLDFAST_AUTH_SESSION_LIFETIME: "off" });
  later(400 * 1440);
  expect(await me(off)).toBe("200");
});
