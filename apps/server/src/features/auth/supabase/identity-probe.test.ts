import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { jwtVerify, SignJWT } from "jose";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createIdentityProbe } from "./identity-probe.ts";

/** A self-hosted Supabase as the compose file sets it up: one secret signs everything, and no keys are published. */
const secret = "the-secret-of-this-project-0123456789";
const sign = (role: string, by: string) =>
  new SignJWT({ role, iss: "supabase" })
    .setProtectedHeader({ alg: "HS256" })
    .setExpirationTime("1h")
    .sign(new TextEncoder().encode(by));
let server: Server;
let authUrl: string;
let keys: { anonKey: string; serviceRoleKey: string };

beforeAll(async () => {
  keys = { anonKey: await sign("anon", secret), serviceRoleKey: await sign("service_role", secret) };
  server = createServer(async (request, response) => {
    const send = (status: number, body: object) => response.writeHead(status).end(JSON.stringify(body));
    if (request.url === "/health") return send(200, { name: "GoTrue" });
    if (request.url?.includes("jwks")) return send(200, { keys: [] });
    const token = request.headers.authorization?.replace("Bearer ", "") ?? "";
    const { payload } = await jwtVerify(token, new TextEncoder().encode(secret)).catch(() => ({ payload: null }));
    send(payload?.role === "service_role" ? 200 : 403, { users: [{ id: "1" }] });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  authUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

const probe = (given: object, has = true) =>
  createIdentityProbe({ url: authUrl, authUrl, jwtSecret: secret, ...keys, ...given }, async () => has)();
const other = "another-secret-of-another-project-012345";

test("says nothing where everything fits", async () => {
  expect(await probe({})).toEqual([]);
});

test("says what does not fit, a sentence each", async () => {
  expect(await probe({ jwtSecret: other })).toEqual([expect.stringMatching(/^SUPABASE_JWT_SECRET is not the secret/)]);
  expect(await probe({ jwtSecret: null })).toEqual([expect.stringContaining("set SUPABASE_JWT_SECRET")]);
  expect(await probe({ anonKey: await sign("anon", other) })).toEqual([
    expect.stringMatching(/^SUPABASE_ANON_KEY is not/),
  ]);
  expect(await probe({ serviceRoleKey: await sign("service_role", other) })).toEqual([
    expect.stringMatching(/refuses SUPABASE_SERVICE_ROLE_KEY/),
  ]);
  expect(await probe({}, false)).toEqual([expect.stringMatching(/^DATABASE_URL is not/)]);
  expect(await probe({ authUrl: "http://127.0.0.1:9" })).toEqual([expect.stringContaining("does not answer")]);
});

test("one answer serves everybody who asks within half a minute", async () => {
  const ask = createIdentityProbe({ url: authUrl, authUrl, jwtSecret: secret, ...keys }, async () => true);
  expect(ask()).toBe(ask());
  await ask();
});
