import { hashSync } from "bcryptjs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Mailbox } from "../testing/mailbox.ts";
import { freshEmail, ok, password, type RunningIdentity, refusal, startIdentity } from "../testing/start-identity.ts";

let service: RunningIdentity;
beforeAll(async () => {
  service = await startIdentity({ mail: true });
});
afterAll(() => service.close());
const admin = () => service.admin().auth.admin;

async function created(fields: Parameters<ReturnType<typeof admin>["createUser"]>[0] = {}) {
  const { user } = await ok(admin().createUser({ email: freshEmail(), password, email_confirm: true, ...fields }));
  return { ...user, email: user.email as string };
}

describe("only an administrator comes in", () => {
  test.each([
    ["without a key", async () => undefined, 401, "no_authorization"],
    ["with the anonymous key", async () => service.anonKey, 403, "not_admin"],
    ["with a key of another signer", async () => `${service.serviceKey.slice(0, -8)}AAAAAAAA`, 403, "bad_jwt"],
    [
      "with a person's token",
      async () => {
        const user = await created();
        return (await ok(service.client().auth.signInWithPassword({ email: user.email, password }))).session
          .access_token;
      },
      403,
      "not_admin",
    ],
    [
      "with a token that names no algorithm",
      async () => {
        const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
        return `${part({ alg: "none", typ: "JWT" })}.${part({ role: "service_role", exp: 4102444800 })}.AA`;
      },
      403,
      "bad_jwt",
    ],
  ])("not %s", async (_name, token, status, code) => {
    const bearer = await token();
    const answer = await fetch(`${service.url}/auth/v1/admin/users`, {
      headers: bearer ? { authorization: `Bearer ${bearer}` } : {},
    });
    expect([answer.status, answer.headers.get("x-sb-error-code")]).toEqual([status, code]);
  });
});

describe("users", () => {
  test("are made with everything that an administrator may say", async () => {
    const id = crypto.randomUUID();
    const email = freshEmail();
    const { user } = await ok(
      admin().createUser({
        id,
        email: email.toUpperCase(),
        password,
        email_confirm: true,
        user_metadata: { full_name: "Ada" },
        app_metadata: { holdfast_role: "admin" },
        role: "authenticated",
      }),
    );
    expect(user).toMatchObject({
      id,
      email,
      user_metadata: { full_name: "Ada", email_verified: true },
      app_metadata: { provider: "email", providers: ["email"], holdfast_role: "admin" },
    });
    const { session } = await ok(service.client().auth.signInWithPassword({ email, password }));
    const claims = (await ok(service.client().auth.getClaims(session.access_token)))?.claims;
    expect(claims?.app_metadata).toMatchObject({ holdfast_role: "admin" });
  });

  test("without confirmation cannot sign in yet", async () => {
    const user = await created({ email_confirm: false });
    expect(await refusal(service.client().auth.signInWithPassword({ email: user.email, password }))).toMatchObject({
      code: "email_not_confirmed",
    });
    await ok(admin().updateUserById(user.id, { email_confirm: true }));
    await ok(service.client().auth.signInWithPassword({ email: user.email, password }));
  });

  test.each([
    ["an address that is taken", async () => ({ email: (await created()).email, password }), "email_exists", 422],
    ["a weak password", async () => ({ email: freshEmail(), password: "short" }), "weak_password", 422],
    ["no address", async () => ({ password }), "validation_failed", 400],
    ["a malformed address", async () => ({ email: "nobody", password }), "validation_failed", 400],
    [
      "a malformed ban",
      async () => ({ email: freshEmail(), password, ban_duration: "a while" }),
      "validation_failed",
      400,
    ],
    [
      "a hash of an unknown kind",
      async () => ({ email: freshEmail(), password_hash: "$1$abc" }),
      "validation_failed",
      400,
    ],
    ["a malformed id", async () => ({ email: freshEmail(), password, id: "7" }), "validation_failed", 400],
    [
      "an id that is taken",
      async () => ({ email: freshEmail(), password, id: (await created()).id }),
      "validation_failed",
      400,
    ],
  ])("are refused with %s", async (_name, fields, code, status) => {
    const { error } = await admin().createUser(await fields());
    expect(error).toMatchObject({ status, code });
  });

  test("come with a bcrypt hash from elsewhere, which is replaced when it is used", async () => {
    const email = freshEmail();
    await ok(admin().createUser({ email, password_hash: hashSync(password, 4), email_confirm: true }));
    await ok(service.client().auth.signInWithPassword({ email, password }));
    const { rows } = await service.pool.query("SELECT encrypted_password FROM auth.users WHERE email = $1", [email]);
    expect(rows[0].encrypted_password).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    await ok(service.client().auth.signInWithPassword({ email, password }));
  });

  test("are listed by pages, with what client libraries read from the headers", async () => {
    for (let count = 0; count < 5; count++) await created({ user_metadata: { full_name: `Listed ${count}` } });
    const list = async (query: string) => {
      const answer = await fetch(`${service.url}/auth/v1/admin/users?${query}`, {
        headers: { authorization: `Bearer ${service.serviceKey}` },
      });
      return { headers: answer.headers, body: (await answer.json()) as { users: { email: string }[]; aud: string } };
    };
    const total = Number((await service.pool.query("SELECT count(*) FROM auth.users")).rows[0].count);
    const second = await list("page=2&per_page=2");
    expect(second.body.users).toHaveLength(2);
    expect(second.headers.get("x-total-count")).toBe(String(total));
    expect(second.headers.get("link")).toBe(
      `</admin/users?page=3&per_page=2>; rel="next", </admin/users?page=${Math.ceil(total / 2)}&per_page=2>; rel="last"`,
    );
    const found = await ok(admin().listUsers({ page: 1, perPage: 3 }));
    expect(found).toMatchObject({ nextPage: 2, total, aud: "authenticated" });
    const named = await list("filter=listed%203");
    expect(named.body.users).toHaveLength(1);
    const ascending = await list("per_page=1000&sort=created_at%20asc");
    const descending = await list("per_page=1000");
    expect(ascending.body.users.map(({ email }) => email)).toEqual(
      descending.body.users.map(({ email }) => email).reverse(),
    );
    expect((await list("sort=email")).body).toMatchObject({ error_code: "validation_failed" });
  });

  test("are banned at once, everywhere, and let in again", async () => {
    const user = await created();
    const client = service.client();
    const { session } = await ok(client.auth.signInWithPassword({ email: user.email, password }));
    const banned = await ok(admin().updateUserById(user.id, { ban_duration: "1h30m" }));
    const until = new Date((banned.user as { banned_until?: string }).banned_until ?? 0).getTime();
    expect(until - Date.now()).toBeGreaterThan(89 * 60_000);
    const me = await fetch(`${service.url}/auth/v1/user`, {
      headers: { authorization: `Bearer ${session.access_token}` },
    });
    expect([me.status, me.headers.get("x-sb-error-code")]).toEqual([403, "user_banned"]);
    expect(await refusal(client.auth.refreshSession())).toMatchObject({ code: "user_banned" });
    const signIn = () => service.client().auth.signInWithPassword({ email: user.email, password });
    expect(await refusal(signIn())).toMatchObject({ code: "user_banned" });
    await ok(admin().updateUserById(user.id, { ban_duration: "none" }));
    await ok(signIn());
  });

  test("get a new address and password, which ends their sessions", async () => {
    const user = await created();
    const client = service.client();
    await ok(client.auth.signInWithPassword({ email: user.email, password }));
    const email = freshEmail();
    const changed = await ok(
      admin().updateUserById(user.id, { email, password: "a new password", email_confirm: true }),
    );
    expect(changed.user.identities?.[0]?.identity_data).toMatchObject({ email, email_verified: true });
    expect(await refusal(client.auth.refreshSession())).toMatchObject({ code: "refresh_token_not_found" });
    await ok(service.client().auth.signInWithPassword({ email, password: "a new password" }));
  });

  test("metadata is merged on its first level, and null removes a key", async () => {
    const user = await created({ user_metadata: { a: 1, b: { c: 2 } }, app_metadata: { x: 1 } });
    const changed = await ok(
      admin().updateUserById(user.id, { user_metadata: { a: null, b: { d: 3 } }, app_metadata: { y: 2, x: null } }),
    );
    expect(changed.user.user_metadata).toEqual({ b: { d: 3 }, email_verified: true });
    expect(changed.user.app_metadata).toEqual({ provider: "email", providers: ["email"], y: 2 });
  });

  test("are deleted with everything they had", async () => {
    const user = await created();
    await ok(service.client().auth.signInWithPassword({ email: user.email, password }));
    await ok(admin().deleteUser(user.id));
    expect(await refusal(admin().getUserById(user.id))).toEqual({ code: "user_not_found", status: 404 });
    for (const table of ["identities", "sessions"]) {
      const { rowCount } = await service.pool.query(`SELECT FROM auth.${table} WHERE user_id = $1`, [user.id]);
      expect(rowCount).toBe(0);
    }
    await created({ email: user.email });
  });

  test("are deleted softly: the row stays and refers to nobody", async () => {
    const user = await created({ user_metadata: { full_name: "Ada" } });
    await ok(admin().deleteUser(user.id, true));
    const { user: left } = await ok(admin().getUserById(user.id));
    expect(left?.email).not.toContain("@");
    expect(left).toMatchObject({ user_metadata: {}, app_metadata: {}, deleted_at: expect.any(String) });
    expect(left?.identities?.[0]?.identity_data).toEqual({});
    expect(await refusal(service.client().auth.signInWithPassword({ email: user.email, password }))).toMatchObject({
      code: "invalid_credentials",
    });
    await created({ email: user.email });
  });

  test("that are asked for by something that is no id are not found", async () => {
    const answer = await fetch(`${service.url}/auth/v1/admin/users/7`, {
      headers: { authorization: `Bearer ${service.serviceKey}` },
    });
    expect([answer.status, answer.headers.get("x-sb-error-code")]).toEqual([404, "validation_failed"]);
  });
});

describe("generated links", () => {
  const client = () => service.client();

  test("of every type open a session, and no mail is sent", async () => {
    const before = (service.mailbox as Mailbox).received.length;
    const [fresh, invited, magic, known] = [freshEmail(), freshEmail(), freshEmail(), (await created()).email];
    const made = [
      await ok(admin().generateLink({ type: "signup", email: fresh, password })),
      await ok(admin().generateLink({ type: "invite", email: invited })),
      await ok(admin().generateLink({ type: "magiclink", email: magic })),
      await ok(admin().generateLink({ type: "magiclink", email: known })),
      await ok(admin().generateLink({ type: "recovery", email: known })),
    ];
    expect(made.map(({ properties }) => properties.verification_type)).toEqual([
      "signup",
      "invite",
      "signup",
      "magiclink",
      "recovery",
    ]);
    // The last one replaced the one before it, which went to the same account.
    for (const { properties, user } of made.filter((_, index) => index !== 3)) {
      const { hashed_token: token_hash, verification_type: type, action_link } = properties;
      expect(action_link).toContain(token_hash);
      const opened = await ok(client().auth.verifyOtp({ token_hash, type: type as "signup" }));
      expect(opened.user?.email).toBe(user.email);
    }
    expect((service.mailbox as Mailbox).received.length).toBe(before);
  });

  test("carry a code that can be typed instead", async () => {
    const { email } = await created();
    const { properties } = await ok(admin().generateLink({ type: "recovery", email }));
    const opened = await ok(client().auth.verifyOtp({ email, token: properties.email_otp, type: "recovery" }));
    expect(opened.user?.email).toBe(email);
  });

  test("change an address in two halves", async () => {
    const [{ email }, newEmail] = [await created(), freshEmail()];
    const current = await ok(admin().generateLink({ type: "email_change_current", email, newEmail }));
    const next = await ok(admin().generateLink({ type: "email_change_new", email, newEmail }));
    for (const { properties } of [current, next]) {
      await ok(client().auth.verifyOtp({ token_hash: properties.hashed_token, type: "email_change" }));
    }
    await ok(client().auth.signInWithPassword({ email: newEmail, password }));
  });

  test("are refused where they make no sense", async () => {
    const { email } = await created();
    expect(await refusal(admin().generateLink({ type: "signup", email, password }))).toMatchObject({
      code: "email_exists",
    });
    expect(await refusal(admin().generateLink({ type: "invite", email }))).toMatchObject({ code: "email_exists" });
    expect(await refusal(admin().generateLink({ type: "recovery", email: freshEmail() }))).toEqual({
      code: "user_not_found",
      status: 404,
    });
  });
});

test("the log says who did what", async () => {
  const user = await created();
  await ok(service.client().auth.signInWithPassword({ email: user.email, password }));
  const read = async (query: string) => {
    const answer = await fetch(`${service.url}/auth/v1/admin/audit?${query}`, {
      headers: { authorization: `Bearer ${service.serviceKey}` },
    });
    return (await answer.json()) as { payload: { action: string; actor_username: string } }[];
  };
  const [login] = await read(`query=author:${encodeURIComponent(user.email)}`);
  expect(login?.payload).toMatchObject({ action: "login", actor_id: user.id, log_type: "account" });
  expect((await read("query=action:user_signedup"))[0]?.payload).toMatchObject({ actor_username: "service_role" });
  expect(await read("query=colour:red")).toMatchObject({ error_code: "validation_failed" });
});
