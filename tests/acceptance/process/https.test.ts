import { afterEach, expect, test } from "vitest";
import { createFolder, createShare } from "../../../packages/contract/src/index.ts";
import { openBrowser } from "../../support/auth/browser.ts";
import { signIn, testPassword } from "../../support/person.ts";
import { type RunningServer, runServer } from "../../support/server.ts";

const email = "admin@example.org";
const admin = { HOLDFAST_ADMIN_EMAIL: email, HOLDFAST_ADMIN_PASSWORD: testPassword };
/** As a proxy that is trusted passes it on. */
const https = {
  "x-forwarded-proto": "https",
  "x-forwarded-host": "files.example.org",
  "x-forwarded-for": "203.0.113.1",
  origin: "https://files.example.org",
};

let server: RunningServer;
afterEach(() => server.close());

const start = async (env: Record<string, string>) => {
  server = await runServer({ ...admin, ...env });
};
const login = (browser: ReturnType<typeof openBrowser>, headers: Record<string, string>) =>
  browser.request("POST", "/api/v1/auth/login", { email, password: testPassword }, headers);

test("over https the session's cookies are bound to the host, and those of before it go on", async () => {
  await start({ TRUST_PROXY: "1" });
  const browser = openBrowser(server.url);
  await login(browser, {});
  expect([...browser.cookies.keys()].sort()).toEqual(["holdfast_access", "holdfast_refresh"]);
  // The session is from before https, or before the names were two: it is used, and its renewal has the new names alone.
  expect((await browser.request("GET", "/api/v1/me", undefined, https)).status).toBe(200);
  browser.cookies.delete("holdfast_access");
  expect((await browser.request("GET", "/api/v1/me", undefined, https)).status).toBe(200);
  expect([...browser.cookies.keys()].sort()).toEqual(["__Host-holdfast_access", "__Host-holdfast_refresh"]);
  for (const line of browser.received.slice(-3)) expect(line).toMatch(/; Path=\/; .*Secure/);
  expect(browser.received.every((line) => !/domain=/i.test(line))).toBe(true);
  // One that another host of the domain planted counts for nothing beside it.
  browser.cookies.set("holdfast_access", "planted");
  browser.cookies.set("holdfast_refresh", "planted");
  expect((await browser.request("GET", "/api/v1/me", undefined, https)).status).toBe(200);
  expect((await browser.request("POST", "/api/v1/auth/logout", {}, https)).status).toBe(204);
  expect([...browser.cookies.keys()]).toEqual([]);
});

test("an https PUBLIC_URL makes a link's cookies Secure behind a proxy that is not trusted", async () => {
  await start({ PUBLIC_URL: "https://files.example.org" });
  const { call } = await signIn(server.url, email);
  const folder = await call(createFolder, { body: { name: "shared" } });
  const body = { fileId: folder.id, linkType: "permanent" as const, password: "sesame, open" };
  const { token } = await call(createShare, { body });
  const unlock = (host: string) =>
    server.app.inject({
      method: "POST",
      url: `/api/v1/public/shares/${token}/unlock`,
      headers: { host, "content-type": "application/json" },
      payload: JSON.stringify({ password: "sesame, open" }),
    });
  expect((await unlock("files.example.org")).headers["set-cookie"]).toMatch(
    /^__Secure-hf_share=.*; Path=\/api\/v1\/public\/shares\/.*; Secure$/,
  );
  expect((await unlock("192.168.1.2:3000")).headers["set-cookie"]).toMatch(/^hf_share=(?!.*Secure)/);
  const cookie = String((await unlock("files.example.org")).headers["set-cookie"]).split(";")[0] as string;
  const opened = await server.app.inject({ url: `/api/v1/public/shares/${token}`, headers: { cookie } });
  expect(opened.json()).toMatchObject({ file: { name: "shared" } });
});

test("browsers are told to come by https alone, where they came by it", async () => {
  await start({ TRUST_PROXY: "1" });
  const hsts = async (headers: Record<string, string>) =>
    (await fetch(`${server.url}/healthz`, { headers })).headers.get("strict-transport-security");
  expect(await hsts({ "x-forwarded-proto": "https", "x-forwarded-host": "files.example.org" })).toBe(
    "max-age=31536000",
  );
  expect(await hsts({})).toBe(null);
  expect(await hsts({ "x-forwarded-proto": "https", "x-forwarded-host": "localhost:3000" })).toBe(null);
  await server.close();
  await start({ PUBLIC_URL: "https://files.example.org" });
  const { headers } = await server.app.inject({ url: "/healthz", headers: { host: "files.example.org" } });
  expect(headers["strict-transport-security"]).toBe("max-age=31536000");
});

test("strangers get codes of /readyz; administrators and the machine itself get its sentences", async () => {
  await start({ TRUST_PROXY: "1" });
  const checks = async (headers: Record<string, string>) => {
    const answer = await fetch(`${server.url}/readyz`, { headers });
    return ((await answer.json()) as { checks: { name: string; detail?: string }[] }).checks;
  };
  const stranger = await checks({ "x-forwarded-for": "203.0.113.1" });
  expect(stranger.find(({ name }) => name === "database")).toEqual({ name: "database", ok: true, code: "ok" });
  expect(stranger.every((check) => !("detail" in check))).toBe(true);
  const { headers } = await signIn(server.url, email);
  for (const trusted of [{}, { ...headers, "x-forwarded-for": "203.0.113.1" }]) {
    expect((await checks(trusted)).every(({ detail }) => detail)).toBe(true);
  }
});
