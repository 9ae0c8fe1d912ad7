import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import type { SignInEvent, SignUpContext } from "../service.ts";
import { freshEmail, ok, password, type RunningIdentity, refusal, startIdentity } from "../testing/start-identity.ts";

const events: SignInEvent[] = [];
const asked: SignUpContext[] = [];
let decision: { allow: true } | { allow: false; message: string } | undefined;

let service: RunningIdentity;
beforeAll(async () => {
  service = await startIdentity({
    hooks: {
      onSignIn: async (event) => void events.push(event),
      beforeSignUp: async (context) => {
        asked.push(context);
        return decision;
      },
    },
  });
});
afterAll(() => service.close());
beforeEach(() => {
  events.length = 0;
  asked.length = 0;
  decision = undefined;
  service.config.signup = "open";
});

describe("who may sign up", () => {
  test.each(["closed", "invite"] as const)("nobody where it is %s", async (signup) => {
    service.config.signup = signup;
    const answer = service.client().auth.signUp({ email: freshEmail(), password });
    expect(await refusal(answer)).toEqual({ code: "signup_disabled", status: 422 });
    const settings = await (await fetch(`${service.url}/auth/v1/settings`)).json();
    expect(settings).toMatchObject({
      disable_signup: true,
      mailer_autoconfirm: true,
      external: { email: true, google: false },
    });
  });

  test("whom the host lets in although it is closed", async () => {
    service.config.signup = "closed";
    decision = { allow: true };
    const email = freshEmail();
    await ok(service.client().auth.signUp({ email, password, options: { data: { invitation: "abc" } } }));
    expect(asked).toEqual([
      { email, method: "password", provider: "email", userMetadata: { invitation: "abc" }, ip: "127.0.0.1" },
    ]);
  });

  test("not whom the host refuses, with its own sentence", async () => {
    decision = { allow: false, message: "Only addresses of example.org may register." };
    const { error } = await service.client().auth.signUp({ email: freshEmail(), password });
    expect(error).toMatchObject({
      status: 403,
      code: "signup_disabled",
      message: "Only addresses of example.org may register.",
    });
  });
});

describe("a sign-up is refused", () => {
  test.each([
    [{ email: "a@example.org", password: "short" }, 422, "weak_password"],
    [{ email: "a@example.org" }, 400, "validation_failed"],
    [{ email: "a@example.org", password: "ä".repeat(37) }, 400, "validation_failed"],
    [{ email: "a b@example.org", password }, 400, "validation_failed"],
    [{ email: "a@@example.org", password }, 400, "validation_failed"],
    [{ email: `${"a".repeat(250)}@example.org`, password }, 400, "validation_failed"],
    [{ phone: "+49111", password }, 400, "phone_provider_disabled"],
    [{ email: "a@example.org", phone: "+49111", password }, 400, "validation_failed"],
    [{ email: 7, password }, 400, "bad_json"],
    [{ email: "a@example.org", password, data: "text" }, 400, "bad_json"],
    [{ email: "a@example.org", password, data: { name: "nul \u0000" } }, 400, "bad_json"],
    [
      { email: "a@example.org", password, code_challenge: "x", code_challenge_method: "s256" },
      400,
      "validation_failed",
    ],
    [{ email: "a@example.org", password, code_challenge: "x".repeat(43) }, 400, "validation_failed"],
    ["not json", 400, "bad_json"],
    [[], 400, "bad_json"],
    [{}, 422, "anonymous_provider_disabled"],
  ])("%j", async (body, status, code) => {
    const answer = await fetch(`${service.url}/auth/v1/signup`, {
      method: "POST",
      headers: { "x-supabase-api-version": "2024-01-01" },
      body: typeof body === "string" ? body : JSON.stringify(body),
    });
    const refused = (await answer.json()) as { code: string; message: string };
    expect([answer.status, refused.code, answer.headers.get("x-sb-error-code")]).toEqual([status, code, code]);
    expect(refused.message).not.toBe("");
  });

  test("for an address that is taken", async () => {
    const email = freshEmail();
    await ok(service.client().auth.signUp({ email, password }));
    const again = () => service.client().auth.signUp({ email, password: "another password" });
    expect(await refusal(again())).toEqual({ code: "user_already_exists", status: 422 });
    // Also when both come at once.
    const fresh = freshEmail();
    const race = await Promise.all(
      Array.from({ length: 5 }, () => service.client().auth.signUp({ email: fresh, password })),
    );
    expect(race.map(({ error }) => error?.code ?? "made").sort()).toEqual([
      "made",
      ...Array(4).fill("user_already_exists"),
    ]);
  });

  test("for an account that waits for its owner", async () => {
    const email = freshEmail();
    await ok(service.admin().auth.admin.createUser({ email, password }));
    const answer = service.client().auth.signUp({ email, password: "another password" });
    expect(await refusal(answer)).toEqual({ code: "user_already_exists", status: 422 });
  });
});

test("weak passwords come with reasons that client libraries read", async () => {
  service.config.passwordRequiredCharacters = ["0123456789"];
  const { error } = await service.client().auth.signUp({ email: freshEmail(), password: "short" });
  expect(error).toMatchObject({ name: "AuthWeakPasswordError", reasons: ["length", "characters"] });
  service.config.passwordRequiredCharacters = [];
});

describe("the two shapes of errors", () => {
  const post = (version?: string) =>
    fetch(`${service.url}/auth/v1/token?grant_type=password`, {
      method: "POST",
      headers: version ? { "x-supabase-api-version": version } : {},
      body: JSON.stringify({ email: "nobody@example.org", password }),
    });

  test("the older one without a version", async () => {
    for (const version of [undefined, "2023-12-31", "yesterday"]) {
      const answer = await post(version);
      expect(await answer.json()).toEqual({
        code: 400,
        error_code: "invalid_credentials",
        msg: "Invalid login credentials",
      });
      expect(answer.headers.get("x-supabase-api-version")).toBeNull();
    }
  });

  test("the newer one from 2024-01-01 on, whose version is told", async () => {
    for (const version of ["2024-01-01", "2026-11-22"]) {
      const answer = await post(version);
      expect(await answer.json()).toEqual({ code: "invalid_credentials", message: "Invalid login credentials" });
      expect(answer.headers.get("x-supabase-api-version")).toBe("2024-01-01");
    }
  });

  test("what is not answered here says so", async () => {
    const refused = async (path: string) => {
      const answer = await fetch(`${service.url}/auth/v1/${path}`, { method: "POST", body: "{}" });
      return [answer.status, answer.headers.get("x-sb-error-code")];
    };
    expect(await refused("sso")).toEqual([404, "saml_provider_disabled"]);
    expect(await refused("oauth/token?x=1")).toEqual([404, "feature_disabled"]);
    expect(await refused("nothing")).toEqual([404, "unknown"]);
    expect(await refused("token?grant_type=web3")).toEqual([422, "web3_provider_disabled"]);
    expect(await refused("token?grant_type=other")).toEqual([400, "invalid_credentials"]);
  });

  test("a body that is too large", async () => {
    const answer = await fetch(`${service.url}/auth/v1/signup`, { method: "POST", body: "x".repeat(1_100_000) });
    expect([answer.status, answer.headers.get("x-sb-error-code")]).toEqual([413, "request_entity_too_large"]);
  });
});

test("browsers of other origins may call, as with Supabase", async () => {
  const preflight = await fetch(`${service.url}/auth/v1/token?grant_type=password`, {
    method: "OPTIONS",
    headers: { origin: "https://app.example.org", "access-control-request-method": "POST" },
  });
  expect(preflight.status).toBe(204);
  expect(preflight.headers.get("access-control-allow-origin")).toBe("*");
  const allowed = preflight.headers.get("access-control-allow-headers")?.toLowerCase().split(", ");
  expect(allowed).toEqual(
    expect.arrayContaining(["apikey", "authorization", "x-client-info", "x-supabase-api-version"]),
  );
  const health = await fetch(`${service.url}/auth/v1/health`, { headers: { origin: "https://app.example.org" } });
  expect(health.headers.get("access-control-expose-headers")).toContain("X-Total-Count");
  expect(await health.json()).toMatchObject({ name: "GoTrue" });
});

test("tokens are kept out of caches", async () => {
  const email = freshEmail();
  await ok(service.client().auth.signUp({ email, password }));
  const answer = await fetch(`${service.url}/auth/v1/token?grant_type=password`, {
    method: "POST",
    body: JSON.stringify({ email, password, gotrue_meta_security: { captcha_token: "ignored" } }),
  });
  expect(answer.headers.get("cache-control")).toBe("no-store");
  expect(answer.headers.get("sb-auth-session-id")).toMatch(/^[0-9a-f-]{36}$/);
});

describe("an anonymous account", () => {
  test("opens without anything, and becomes permanent with an address and a password", async () => {
    service.config.anonymous = true;
    const client = service.client();
    const { user } = await ok(client.auth.signInAnonymously({ options: { data: { theme: "dark" } } }));
    expect(user).toMatchObject({
      is_anonymous: true,
      email: "",
      app_metadata: {},
      user_metadata: { theme: "dark" },
      identities: [],
    });
    expect((await ok(client.auth.getClaims()))?.claims).toMatchObject({
      is_anonymous: true,
      amr: [{ method: "anonymous" }],
    });
    expect(await refusal(client.auth.updateUser({ password }))).toEqual({ code: "validation_failed", status: 422 });
    const email = freshEmail();
    const { user: permanent } = await ok(client.auth.updateUser({ email, password }));
    expect(permanent).toMatchObject({
      id: user?.id,
      email,
      is_anonymous: false,
      app_metadata: { provider: "email", providers: ["email"] },
    });
    const signedIn = await ok(service.client().auth.signInWithPassword({ email, password }));
    expect(signedIn.user.user_metadata).toMatchObject({ theme: "dark" });
    service.config.anonymous = false;
  });
});

describe("the host is told of every sign-in", () => {
  const caller = { ip: "127.0.0.1", userAgent: expect.any(String) };

  test("with its outcome", async () => {
    const email = freshEmail();
    const { user } = await ok(service.client().auth.signUp({ email, password }));
    await service.client().auth.signInWithPassword({ email, password: "wrong password" });
    await service.client().auth.signInWithPassword({ email: "nobody@example.org", password });
    const { session } = await ok(service.client().auth.signInWithPassword({ email, password }));
    const claims = (await ok(service.client().auth.getClaims(session.access_token)))?.claims;
    const common = { email, method: "password", ...caller };
    expect(events).toEqual([
      { ...common, userId: user?.id, sessionId: expect.any(String), outcome: "success" },
      { ...common, userId: user?.id, sessionId: null, outcome: "invalid_credentials" },
      { ...common, email: "nobody@example.org", userId: null, sessionId: null, outcome: "invalid_credentials" },
      { ...common, userId: user?.id, sessionId: claims?.session_id, outcome: "success" },
    ]);
  });

  test("and a host that fails at it stops nobody", async () => {
    const failing = vi.spyOn(events, "push").mockImplementation(() => {
      throw new Error("the host's table is gone");
    });
    const silenced = vi.spyOn(console, "error").mockImplementation(() => {});
    await ok(service.client().auth.signUp({ email: freshEmail(), password }));
    expect(silenced).toHaveBeenCalledOnce();
    failing.mockRestore();
    silenced.mockRestore();
  });
});
