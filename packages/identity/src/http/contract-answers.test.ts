import { randomUUID } from "node:crypto";
import { SignJWT } from "jose";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { freshEmail, ok, password, type RunningIdentity, startIdentity } from "../testing/start-identity.ts";

/** Answers that client libraries compare by code and words. They are those of Supabase Auth. */
let service: RunningIdentity;
beforeAll(async () => {
  service = await startIdentity({ mail: true, config: { autoconfirm: true, anonymous: true } });
});
afterAll(() => service.close());

async function ask(method: string, path: string, more: { bearer?: string; body?: object } = {}) {
  const answer = await fetch(`${service.url}/auth/v1${path}`, {
    method,
    headers: {
      "x-supabase-api-version": "2024-01-01",
      ...(more.bearer === undefined ? {} : { authorization: `Bearer ${more.bearer}` }),
    },
    ...(more.body ? { body: JSON.stringify(more.body) } : {}),
  });
  const text = await answer.text();
  const { code, message } = text === "" ? ({} as Record<string, undefined>) : JSON.parse(text);
  return { status: answer.status, code, message };
}

const signed = (claims: Record<string, unknown>) =>
  new SignJWT(claims)
    .setProtectedHeader({ alg: "ES256", kid: service.keys.signing.kid })
    .sign(service.keys.signing.key as CryptoKey);

const inAnHour = () => Math.floor(Date.now() / 1000) + 3600;

describe("a code for a telephone number", () => {
  test.each(["sms", "phone_change"])(
    "%s: nobody has the number, and a malformed one is said to be so",
    async (type) => {
      const guess = { type, phone: "+1 202 555 0123", token: "123456" };
      expect(await ask("POST", "/verify", { body: guess })).toEqual({
        status: 403,
        code: "otp_expired",
        message: "Token has expired or is invalid",
      });
      expect(await ask("POST", "/verify", { body: { ...guess, phone: "banana" } })).toEqual({
        status: 400,
        code: "validation_failed",
        message: "Invalid phone number format (E.164 required)",
      });
    },
  );

  test("neither an address nor a number", async () => {
    expect(await ask("POST", "/verify", { body: { type: "sms", token: "123456" } })).toMatchObject({
      status: 400,
      code: "validation_failed",
    });
  });
});

test("a bearer that is no token at all is a bad one, and only none is a missing one", async () => {
  for (const bearer of ["garbage", "a.b.c", "ä"]) {
    const answer = await ask("POST", "/logout", { bearer: encodeURIComponent(bearer) });
    expect(answer).toMatchObject({ status: 403, code: "bad_jwt" });
    expect(answer.message).toMatch(/^invalid JWT/);
  }
  expect(await ask("POST", "/logout")).toMatchObject({ status: 401, code: "no_authorization" });
});

test("reauthentication of somebody without an address", async () => {
  const { session } = await ok(service.client().auth.signInAnonymously());
  expect(await ask("GET", "/reauthenticate", { bearer: session?.access_token as string })).toEqual({
    status: 400,
    code: "validation_failed",
    message: "Reauthentication requires the user to have an email or a phone number",
  });
});

describe("an ID token", () => {
  const grant = (provider: string) =>
    ask("POST", "/token?grant_type=id_token", { body: { provider, id_token: "a.b.c" } });

  test("of a provider that is switched off", async () => {
    const message = 'Provider (issuer "https://accounts.google.com") is not enabled';
    expect(await grant("google")).toEqual({ status: 400, code: "provider_disabled", message });
  });

  test("that is none is refused without asking the provider, which may be away", async () => {
    service.config.oidc = [
      { id: "away", name: "Away", issuer: "http://127.0.0.1:9", clientId: "x", clientSecret: "y" },
    ];
    const answer = await grant("away");
    service.config.oidc = [];
    expect(answer).toMatchObject({ status: 400, code: "bad_jwt" });
    expect(answer.message).toMatch(/^Bad ID token/);
  });

  test("of one that nobody knows, and of none", async () => {
    expect(await grant("nobody")).toMatchObject({ status: 400, code: "validation_failed" });
    expect(await grant("")).toMatchObject({ status: 400, code: "validation_failed" });
  });
});

describe("a token that was made by hand with a key of ours", () => {
  const users = async (claims: Record<string, unknown>) =>
    ask("GET", "/admin/users", { bearer: await signed({ role: "service_role", ...claims }) });

  test("for an administrator needs neither an end nor a subject that is an account", async () => {
    expect(await users({})).toMatchObject({ status: 200 });
    expect(await users({ sub: "1234567890", role: "supabase_admin" })).toMatchObject({ status: 200 });
    expect(await users({ exp: 1 })).toMatchObject({ status: 403, code: "bad_jwt" });
    expect(await users({ role: "authenticated" })).toMatchObject({ status: 403, code: "not_admin" });
  });

  test("for a session of a person with such a role ends with the session", async () => {
    const claims = { sub: randomUUID(), session_id: randomUUID(), exp: inAnHour() };
    expect(await users(claims)).toMatchObject({ status: 403, code: "user_not_found" });
  });

  test("for a person without a session shows the account, and changes nothing that needs a session", async () => {
    const { user } = await ok(service.client().auth.signUp({ email: freshEmail(), password }));
    const claims = { sub: user?.id, aud: "authenticated", role: "authenticated", exp: inAnHour() };
    const bearer = await signed(claims);
    expect(await ask("GET", "/user", { bearer })).toMatchObject({ status: 200 });
    const change = await ask("PUT", "/user", { bearer, body: { data: { a: "b" } } });
    expect(change).toMatchObject({ status: 403, code: "session_not_found" });
    expect(await ask("GET", "/user", { bearer: await signed({ ...claims, sub: "banana" }) })).toEqual({
      status: 400,
      code: "bad_jwt",
      message: "invalid claim: sub claim must be a UUID",
    });
    const odd = await ask("GET", "/user", { bearer: await signed({ ...claims, session_id: "banana" }) });
    expect(odd).toMatchObject({ status: 403, code: "bad_jwt" });
    expect(await ask("POST", "/logout?scope=local", { bearer })).toMatchObject({ status: 204 });
  });
});
