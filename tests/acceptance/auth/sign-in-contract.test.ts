import { execFile } from "node:child_process";
import { createHmac } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type RunningGithub, startGithub } from "../../../packages/identity/src/testing/start-github.ts";
import { browse } from "../../../packages/identity/src/testing/start-provider.ts";
import { type AuthServer, startAuthServer } from "../../support/auth/auth-server.ts";
import { cli } from "../../support/product.ts";

const secret = "a secret of at least thirty-two characters";
let server: AuthServer;
let github: RunningGithub;
beforeAll(async () => {
  github = await startGithub();
  const { url: issuer, clientId, clientSecret } = github;
  server = await startAuthServer({
    env: {
      ...{ SIGNUP: "open", SUPABASE_JWT_SECRET: secret, HOLDFAST_AUTH_JWT_EXPIRY: "10m" },
      ...{ PUBLIC_URL: "http://files.example.org", HOLDFAST_AUTH_REDIRECT_URLS: "http://app.example.org/**" },
      HOLDFAST_AUTH_CONCEAL_ACCOUNTS: "off",
      SMTP_URL: "smtp://127.0.0.1:9",
      HOLDFAST_AUTH_AUTOCONFIRM: "on",
      HOLDFAST_AUTH_PROVIDERS: JSON.stringify([
        { id: "github", name: "Forge", issuer, clientId, clientSecret },
        { id: "google", clientId, clientSecret },
      ]),
    },
  });
});
afterAll(async () => {
  await server.close();
  await github.close();
});

async function ask(path: string, bearer: string | null, body?: object) {
  const answer = await fetch(`${server.url}/auth/v1${path}`, {
    method: body ? "POST" : "GET",
    headers: bearer ? { authorization: `Bearer ${bearer}` } : {},
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  return `${answer.status} ${answer.headers.get("x-sb-error-code") ?? ""}`.trim();
}
const users = (key: string) => ask("/admin/users", key);

/** The operator's command, in a process of its own beside the running server. */
function holdfast(...args: string[]): Promise<string> {
  const env = { PATH: process.env.PATH ?? "", HOLDFAST_DATA: server.dataDir, DATABASE_URL: server.database.url };
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [cli, ...args], { env }, (error, stdout, stderr) =>
      error ? reject(new Error(stderr)) : resolve(stdout.trim()),
    );
  });
}

/** A key as Supabase's tools make it: from the secret alone. */
function madeByHand(key = secret): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const iat = Math.floor(Date.now() / 1000) - 60;
  const said = `${part({ alg: "HS256", typ: "JWT" })}.${part({ role: "service_role", iss: "supabase", iat, exp: 4e9 })}`;
  return `${said}.${createHmac("sha256", key).update(said).digest("base64url")}`;
}

const idOf = (key: string) =>
  JSON.parse(Buffer.from(key.split(".")[1] as string, "base64url").toString()).jti as string;

describe("service keys", () => {
  test("one made with the JWT secret opens the admin endpoints, one of another secret does not", async () => {
    expect(await users(madeByHand())).toBe("200");
    expect(await users(madeByHand(`${secret}!`))).toBe("403 bad_jwt");
  });

  test("are made, revoked and replaced at the machine; those that are to go are refused at once, and the others are not", async () => {
    const file = join(server.dataDir, "keys", "service-role-key");
    const own = (await readFile(file, "utf8")).trim();
    const [backup, kept] = await Promise.all(["backup", "kept"].map((name) => holdfast("service-key", "create", name)));
    const all = () => Promise.all([own, madeByHand(), backup as string, kept as string].map((key) => users(key)));
    expect(await all()).toEqual(["200", "200", "200", "200"]);
    await holdfast("service-key", "revoke", idOf(backup as string));
    expect(await all()).toEqual(["200", "200", "403 bad_jwt", "200"]);
    await holdfast("service-key", "rotate");
    expect(await all()).toEqual(["403 bad_jwt", "403 bad_jwt", "403 bad_jwt", "200"]);
    expect(await users((await readFile(file, "utf8")).trim())).toBe("200");
    // What the server does for itself needs none of them.
    const made = await fetch(`${server.url}/api/v1/auth/register`, {
      method: "POST",
      headers: { "content-type": "application/json", origin: "http://files.example.org" },
      body: JSON.stringify({ email: "after@example.org", password: "correct horse battery", transport: "bearer" }),
    });
    expect(made.status).toBe(201);
  });
});

describe("settings of the sign-in service", () => {
  test("the sign-in page and client libraries are told of every provider, by its own name, from the first request on", async () => {
    const { external } = (await (await fetch(`${server.url}/auth/v1/settings`)).json()) as { external: object };
    expect(external).toMatchObject({ github: true, google: true, keycloak: false });
    const { items } = (await (await fetch(`${server.url}/api/v1/auth/oidc`)).json()) as { items: object[] };
    expect(items).toMatchObject([
      { id: "github", name: "Forge" },
      { id: "google", name: "Google" },
    ]);
  });

  test("an app at an allowed address signs in through GitHub, with a token of the set length", async () => {
    const email = "octocat@example.org";
    github.person = { id: 1, login: "octocat", emails: [{ email, primary: true, verified: true }] };
    const target = encodeURIComponent("http://app.example.org/cb");
    const start = await fetch(`${server.url}/auth/v1/authorize?provider=github&redirect_to=${target}`, {
      redirect: "manual",
    });
    const atForge = await fetch(start.headers.get("location") as string, { redirect: "manual" });
    const callback = new URL(atForge.headers.get("location") as string);
    expect(callback.origin + callback.pathname).toBe("http://files.example.org/auth/v1/callback");
    const back = await browse(`${server.url}/auth/v1/callback${callback.search}`, "http://app.example.org");
    const fragment = new URLSearchParams(back.hash.slice(1));
    expect([fragment.get("error_description"), fragment.get("expires_in")]).toEqual([null, "600"]);
    const me = await fetch(`${server.url}/api/v1/me`, {
      headers: { authorization: `Bearer ${fragment.get("access_token")}` },
    });
    expect(await me.json()).toMatchObject({ email });
  });

  test("a request for a link is refused for an unknown address where accounts are not to be concealed", async () => {
    const body = { email: "nobody@example.org", create_user: false };
    expect(await ask("/otp", null, body)).toBe("422 otp_disabled");
  });
});
