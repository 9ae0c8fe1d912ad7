import { afterAll, beforeAll, expect, test } from "vitest";
import { type RunningIdentity, startIdentity } from "../testing/start-identity.ts";

/** Text that PostgreSQL cannot keep, wherever a client can send text: refused by a 4xx in the contract's own form. */
let identity: RunningIdentity;
let token: string;
let userId: string;
beforeAll(async () => {
  identity = await startIdentity({ mail: true, config: { autoconfirm: true, anonymous: true } });
  const { data } = await identity.client().auth.signUp({ email: "ann@example.org", password: "correct horse" });
  token = data.session?.access_token as string;
  userId = data.user?.id as string;
});
afterAll(() => identity.close());

const unstorable = ["\\u0000", "a\\u0000b", "\\ud800", "a\\udfff", "\\udc00\\ud800"];
const email = "ann@example.org";

/** Every route that reads a body, with one that is in order. */
const bodies: [method: string, path: string, who: "anon" | "user" | "service", body: Record<string, unknown>][] = [
  [
    "POST",
    "/signup",
    "anon",
    { email: "new@example.org", password: "correct horse", data: { a: "b" }, code_challenge: "c" },
  ],
  ["POST", "/token?grant_type=password", "anon", { email, password: "wrong", phone: "" }],
  ["POST", "/token?grant_type=refresh_token", "anon", { refresh_token: "x" }],
  ["POST", "/token?grant_type=pkce", "anon", { auth_code: "x", code_verifier: "y" }],
  ["POST", "/recover", "anon", { email, code_challenge: "c", code_challenge_method: "s256" }],
  ["POST", "/otp", "anon", { email, data: { a: "b" }, code_challenge: "c" }],
  ["POST", "/magiclink", "anon", { email, data: { a: "b" } }],
  ["POST", "/resend", "anon", { email, type: "signup" }],
  ["POST", "/verify", "anon", { email, token: "123456", token_hash: "x", type: "signup" }],
  ["PUT", "/user", "user", { email, password: "correct horse", data: { a: "b" }, nonce: "n" }],
  ["POST", "/factors", "user", { factor_type: "totp", friendly_name: "phone", issuer: "i" }],
  [
    "POST",
    "/admin/users",
    "service",
    {
      email: "x@example.org",
      password: "correct horse",
      user_metadata: { a: "b" },
      app_metadata: { a: "b" },
      ban_duration: "none",
    },
  ],
  [
    "PUT",
    "/admin/users/ID",
    "service",
    { email, password: "correct horse", user_metadata: { a: "b" }, app_metadata: { a: "b" } },
  ],
  ["POST", "/invite", "service", { email: "inv@example.org", data: { a: "b" } }],
  [
    "POST",
    "/admin/generate_link",
    "service",
    { type: "magiclink", email, data: { a: "b" }, redirect_to: "http://localhost:3000" },
  ],
];

async function ask(
  method: string,
  path: string,
  who: string,
  body?: string,
): Promise<{ status: number; text: string }> {
  const key = { anon: identity.anonKey, user: token, service: identity.serviceKey }[who] as string;
  const answer = await fetch(`${identity.url}/auth/v1${path.replace("ID", userId)}`, {
    method,
    redirect: "manual",
    headers: { authorization: `Bearer ${key}`, apikey: identity.anonKey, "content-type": "application/json" },
    ...(body === undefined ? {} : { body }),
  });
  return { status: answer.status, text: await answer.text() };
}

/** The same body once for each of its strings and keys, with this text in its place. */
function* withText(body: Record<string, unknown>, text: string): Generator<string> {
  for (const [name, value] of Object.entries(body)) {
    const others = JSON.stringify({ ...body, [name]: undefined }).slice(1, -1);
    const comma = others === "" ? "" : ",";
    if (typeof value === "string") yield `{${others}${comma}"${name}":"${text}"}`;
    else {
      yield `{${others}${comma}"${name}":{"deep":[{"in":"${text}"}]}}`;
      yield `{${others}${comma}"${name}":{"${text}":1}}`;
    }
  }
}

test.each(bodies)("%s %s refuses text that cannot be kept", async (method, path, who, body) => {
  for (const text of unstorable) {
    for (const sent of withText(body, text)) {
      const answer = await ask(method, path, who, sent);
      expect([400, 422], `${sent}: ${answer.status} ${answer.text}`).toContain(answer.status);
      expect(JSON.parse(answer.text), sent).toHaveProperty("msg");
    }
  }
});

test("a backslash before u0000 is text like any other", async () => {
  const body = '{"data":{"path":"C:\\\\u0000"}}';
  const answer = await ask("PUT", "/user", "user", body);
  expect(answer.status).toBe(200);
  expect(JSON.parse(answer.text).user_metadata.path).toBe("C:\\u0000");
});

test("data that is nested without end is refused", async () => {
  const deep = `${'{"a":'.repeat(20_000)}1${"}".repeat(20_000)}`;
  for (const [method, path, who, body] of bodies.filter(([, , , { data, user_metadata }]) => data ?? user_metadata)) {
    const name = "data" in body ? "data" : "user_metadata";
    const others = JSON.stringify({ ...body, [name]: undefined }).slice(0, -1);
    const answer = await ask(method, path, who, `${others},"${name}":${deep}}`);
    expect(answer.status, `${method} ${path}: ${answer.text.slice(0, 200)}`).toBe(400);
  }
});

test("odd queries and paths fail nowhere", async () => {
  const odd = ["%00", "a%00b", "%ED%A0%80", "%FF", "%E2%80%AE", "'--", "x".repeat(3000)];
  for (const text of odd) {
    for (const [path, who] of [
      [`/verify?token=${text}&type=signup`, "anon"],
      [`/verify?token=x&type=${text}&redirect_to=${text}`, "anon"],
      [`/authorize?provider=${text}&scopes=${text}&redirect_to=${text}&code_challenge=${text}`, "anon"],
      [`/callback?code=${text}&state=${text}`, "anon"],
      [`/token?grant_type=${text}`, "anon"],
      [`/admin/users?filter=${text}&sort=${text}`, "service"],
      [`/admin/users?page=${text}`, "service"],
      [`/admin/audit?query=author:${text}`, "service"],
      [`/admin/users/${text}`, "service"],
      [`/admin/users/ID/factors/${text}`, "service"],
      [`/user/identities/${text}`, "user"],
      [`/factors/${text}/verify`, "user"],
      [`/${text}`, "anon"],
    ] as const) {
      for (const method of ["GET", "POST", "DELETE"]) {
        const answer = await ask(method, path, who, method === "GET" ? undefined : "{}");
        expect(answer.status, `${method} ${path}: ${answer.text.slice(0, 200)}`).toBeLessThan(500);
      }
    }
  }
});
