import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createClient } from "../../../packages/contract/src/client.ts";
import { listOidcProviders, register, verifySecondFactor } from "../../../packages/contract/src/index.ts";
import { browse, type RunningProvider, startProvider } from "../../../packages/identity/src/testing/start-provider.ts";
import type { AuthServer } from "../../support/auth/auth-server.ts";
import { type Browser, openBrowser, verdict } from "../../support/auth/browser.ts";
import { type Installation, modes, openInstallation } from "../../support/auth/modes.ts";
import { registerPerson, signIn, testPassword } from "../../support/person.ts";
import { freePort } from "../../support/product.ts";

/** Every test twice: with the embedded service, and with one elsewhere that stands in for a real Supabase. */
describe.each(modes)("%s", (mode) => {
  let provider: RunningProvider;
  let installation: Installation;
  let server: AuthServer;
  beforeAll(async () => {
    const port = await freePort();
    const PUBLIC_URL = `http://127.0.0.1:${port}`;
    // In both modes the provider sends the browser to the one address that people know: a Supabase is told it as its API_EXTERNAL_URL.
    provider = await startProvider(`${PUBLIC_URL}/auth/v1/callback`);
    const { issuer, clientId, clientSecret } = provider;
    const oidc = [{ id: "oidc", name: "Home", allowHttp: true, issuer, clientId, clientSecret }];
    installation = await openInstallation(mode, {
      supabase: { siteUrl: PUBLIC_URL, externalUrl: PUBLIC_URL, oidc },
      env: {
        ...{ PORT: String(port), PUBLIC_URL, SIGNUP: "open", HOLDFAST_AUTH_RATE_LIMIT: "0" },
        HOLDFAST_ADMIN_EMAIL: "admin@example.org",
        HOLDFAST_ADMIN_PASSWORD: testPassword,
        HOLDFAST_AUTH_OIDC_ISSUER: issuer,
        HOLDFAST_AUTH_OIDC_CLIENT_ID: clientId,
        HOLDFAST_AUTH_OIDC_CLIENT_SECRET: clientSecret,
        HOLDFAST_AUTH_OIDC_NAME: "Home",
      },
    });
    server = await installation.start();
  });
  afterAll(async () => {
    await installation.close();
    await provider.close();
  });

  /** One redirect of ours, with this browser's cookies. */
  async function step(browser: Browser, path: string): Promise<string> {
    const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const answer = await fetch(new URL(path, server.url), { redirect: "manual", headers: cookie ? { cookie } : {} });
    for (const line of answer.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (/max-age=0\b/i.test(line)) browser.cookies.delete(name);
      else browser.cookies.set(name, value);
    }
    return answer.headers.get("location") as string;
  }

  /** Start, the service's authorize, the provider and back; @returns the address that the browser comes back to. */
  async function goThere(browser: Browser, next = "/files"): Promise<string> {
    const authorize = await step(browser, `/api/v1/auth/oidc/oidc/start?next=${encodeURIComponent(next)}`);
    const atProvider = await step(browser, authorize);
    expect(atProvider.startsWith(provider.issuer)).toBe(true);
    const callback = await browse(atProvider, server.url);
    return step(browser, callback.href);
  }

  const person = (sub: string) => ({ sub, email: `${sub}@example.org`, email_verified: true, name: sub });

  test("the sign-in page is told whom one can sign in with; a browser comes back signed in, where it wanted to go", async () => {
    const { items } = await createClient({ baseUrl: server.url })(listOidcProviders);
    // A Supabase tells no more than the names by which it knows them.
    const name = mode === "embedded" ? "Home" : "Oidc";
    expect(items).toEqual([{ id: "oidc", name, startUrl: "/api/v1/auth/oidc/oidc/start" }]);
    provider.person = person("ada");
    const browser = openBrowser(server.url);
    const back = await goThere(browser, "/files?folder=1");
    expect(new URL(back).pathname).toBe("/api/v1/auth/oidc/callback");
    expect(await step(browser, back)).toBe("/files?folder=1");
    expect([...browser.cookies.keys()].sort()).toEqual(["holdfast_access", "holdfast_refresh"]);
    expect(await (await browser.request("GET", "/api/v1/me")).json()).toMatchObject({ email: "ada@example.org" });
    const { rows } = await server.pool.query("select method, outcome from holdfast.login_history where email = $1", [
      "ada@example.org",
    ]);
    expect(rows).toContainEqual({ method: "oauth", outcome: "success" });
  });

  test("what one browser began no other finishes, and a code is good once", async () => {
    provider.person = person("bob");
    const browser = openBrowser(server.url);
    const back = await goThere(browser);
    const stranger = openBrowser(server.url);
    expect(await step(stranger, back)).toBe("/sign-in?problem=link_expired");
    await step(stranger, "/api/v1/auth/oidc/oidc/start");
    expect(await step(stranger, back)).toBe("/sign-in?problem=link_expired");
    expect(stranger.cookies.has("holdfast_access")).toBe(false);
    const began = new Map(browser.cookies);
    expect(await step(browser, back)).toBe("/files");
    expect(await step(openBrowser(server.url, began), back)).toBe("/sign-in?problem=link_expired");
  });

  test("it leads to no other site, and to no unknown service", async () => {
    provider.person = person("ada");
    const elsewhere = [
      "https://evil.example/x",
      "//evil.example",
      "/\\evil.example",
      "/.//evil.example",
      "javascript:alert(1)",
    ];
    for (const next of elsewhere) {
      const browser = openBrowser(server.url);
      expect(await step(browser, await goThere(browser, next))).toMatch(/^\/files$/);
    }
    expect(await verdict(await fetch(`${server.url}/api/v1/auth/oidc/nobody/start`))).toBe("404 not_found");
  });

  test("the provider says no, sign-up is closed, the account is disabled: the sign-in page is told", async () => {
    provider.person = null;
    const browser = openBrowser(server.url);
    expect(await step(browser, await goThere(browser))).toMatch(/^\/sign-in\?problem=/);
    await setSignup("closed");
    provider.person = person("newcomer");
    // A Supabase makes the account all the same: it waits, and opens no endpoint.
    const closed = mode === "embedded" ? "signup_closed" : "approval_pending";
    expect(await step(browser, await goThere(browser))).toBe(`/sign-in?problem=${closed}`);
    expect(browser.cookies.has("holdfast_access")).toBe(false);
    await setSignup("approval");
    expect(await step(browser, await goThere(browser))).toBe("/sign-in?problem=approval_pending");
    await setSignup("open");
    provider.person = person("ada");
    await server.pool.query("update auth.users set banned_until = 'infinity' where email = 'ada@example.org'");
    expect(await step(browser, await goThere(browser))).toBe("/sign-in?problem=user_disabled");
    await server.pool.query("update auth.users set banned_until = null where email = 'ada@example.org'");
    expect(browser.cookies.size).toBe(0);
  });

  test("a second factor of ours is asked for behind any provider", async () => {
    provider.person = person("carol");
    const browser = openBrowser(server.url);
    await step(browser, await goThere(browser));
    await server.pool.query(
      `insert into auth.mfa_factors (id, user_id, factor_type, status, created_at, updated_at, secret)
     select gen_random_uuid(), id, 'totp', 'verified', now(), now(), 'JBSWY3DPEHPK3PXP' from auth.users where email = $1`,
      ["carol@example.org"],
    );
    const again = openBrowser(server.url);
    const target = new URL(await step(again, await goThere(again)), server.url);
    expect(target.pathname + target.search).toBe("/sign-in?next=%2Ffiles");
    expect(again.cookies.size).toBe(0);
    const challenge = new URLSearchParams(target.hash.slice(1)).get("challenge") as string;
    const call = createClient({ baseUrl: server.url });
    await expect(call(verifySecondFactor, { body: { challenge, code: "000000" } })).rejects.toMatchObject({
      code: "mfa_code_wrong",
    });
  });

  test("an account whose address nobody proved is linked by its password, and never by its address alone", async () => {
    // A Supabase has rules of its own for this.
    if (mode !== "embedded") return;
    const call = createClient({ baseUrl: server.url });
    const email = "claimed@example.org";
    await call(register, { body: { email, password: testPassword } });
    provider.person = person("claimed");
    const refused = "/sign-in?problem=account_not_linked&provider=oidc&next=%2Ffiles%3Ffolder%3D1";
    expect(await step(openBrowser(server.url), await goThere(openBrowser(server.url)))).toBe(
      "/sign-in?problem=link_expired",
    );
    const browser = openBrowser(server.url);
    expect(await step(browser, await goThere(browser, "/files?folder=1"))).toBe(refused);
    expect(browser.cookies.has("holdfast_access")).toBe(false);
    await browser.request("POST", "/api/v1/auth/login", { email, password: testPassword });
    const linked = await browser.request("POST", "/api/v1/auth/oidc/link", { provider: "oidc", next: "/account" });
    const { url } = (await linked.json()) as { url: string };
    const callback = await browse(url, server.url);
    expect(await step(browser, await step(browser, callback.href))).toBe("/account");
    const another = openBrowser(server.url);
    expect(await step(another, await goThere(another))).toBe("/files");
    const own = (await (await browser.request("GET", "/api/v1/me")).json()) as { id: string };
    expect(await (await another.request("GET", "/api/v1/me")).json()).toMatchObject({ id: own.id, email });
    expect(await verdict(await browser.request("POST", "/api/v1/auth/oidc/link", { provider: "nobody" }))).toBe(
      "404 not_found",
    );
  });

  test("who says that such an account is not theirs gets the address, and a new account", async () => {
    if (mode !== "embedded") return;
    const email = "stranger@example.org";
    const squatter = await registerPerson(server.url, "stranger");
    provider.person = person("stranger");
    const browser = openBrowser(server.url);
    const authorize = await step(browser, "/api/v1/auth/oidc/oidc/start?takeAddress=true");
    const callback = await browse(await step(browser, authorize), server.url);
    expect(await step(browser, await step(browser, callback.href))).toBe("/files");
    const owner = (await (await browser.request("GET", "/api/v1/me")).json()) as { id: string; email: string };
    expect(owner.email).toBe(email);
    expect(owner.id).not.toBe(squatter.id);
    expect(await (await squatter.fetch("/api/v1/me")).json()).toMatchObject({ id: squatter.id, email: "" });
    await expect(signIn(server.url, email)).rejects.toMatchObject({ code: "invalid_credentials" });
  });

  const setSignup = (value: string) =>
    server.pool.query(
      `insert into holdfast.settings (key, value) values ('signup', to_jsonb($1::text))
     on conflict (key) do update set value = excluded.value`,
      [value],
    );
});
