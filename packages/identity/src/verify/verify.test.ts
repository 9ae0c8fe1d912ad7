import type { AuthError } from "@supabase/supabase-js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Mailbox } from "../testing/mailbox.ts";
import { freshEmail, ok, password, type RunningIdentity, refusal, startIdentity } from "../testing/start-identity.ts";

let service: RunningIdentity;
let mailbox: Mailbox;
beforeAll(async () => {
  service = await startIdentity({ mail: true, config: { redirectAllowList: ["https://app.example.org/**"] } });
  mailbox = service.mailbox as Mailbox;
});
afterAll(() => service.close());

/** What a browser is sent to by a link, without following it. */
async function follow(link: URL): Promise<{ target: URL; fragment: URLSearchParams }> {
  const response = await fetch(link, { redirect: "manual" });
  expect(response.status).toBe(303);
  const target = new URL(response.headers.get("location") as string);
  return { target, fragment: new URLSearchParams(target.hash.slice(1)) };
}

async function confirmedAccount(): Promise<string> {
  const email = freshEmail();
  await ok(service.admin().auth.admin.createUser({ email, password, email_confirm: true }));
  return email;
}

describe("sign-up with confirmation", () => {
  test("by the link: the account opens and the fragment carries the session", async () => {
    const email = freshEmail();
    const client = service.client();
    const { user, session } = await ok(
      client.auth.signUp({ email, password, options: { emailRedirectTo: "https://app.example.org/welcome?x=1" } }),
    );
    expect(session).toBeNull();
    expect(user).toMatchObject({ email, user_metadata: { email_verified: false } });
    expect(user?.confirmation_sent_at).toBeTruthy();
    expect(await refusal(client.auth.signInWithPassword({ email, password }))).toEqual({
      code: "email_not_confirmed",
      status: 400,
    });

    const { target, fragment } = await follow((await mailbox.next(email)).link());
    expect(target.origin + target.pathname + target.search).toBe("https://app.example.org/welcome?x=1");
    expect(Object.fromEntries(fragment)).toMatchObject({
      token_type: "bearer",
      type: "signup",
      expires_in: "3600",
      sb: "",
    });
    const signedIn = await ok(
      client.auth.setSession({
        access_token: fragment.get("access_token") as string,
        refresh_token: fragment.get("refresh_token") as string,
      }),
    );
    expect(signedIn.user).toMatchObject({ email, user_metadata: { email_verified: true } });
    expect(signedIn.user?.identities?.[0]?.identity_data).toMatchObject({ email_verified: true });
  });

  test("by the code, which works once", async () => {
    const email = freshEmail();
    const client = service.client();
    await ok(client.auth.signUp({ email, password }));
    const token = (await mailbox.next(email)).code();
    const { session } = await ok(client.auth.verifyOtp({ email, token, type: "signup" }));
    expect(session?.user.email).toBe(email);
    expect(await refusal(client.auth.verifyOtp({ email, token, type: "signup" }))).toEqual({
      code: "otp_expired",
      status: 403,
    });
  });

  test("with PKCE: the link yields a code that only the starting browser can redeem, once", async () => {
    const email = freshEmail();
    const client = service.client("pkce");
    await ok(client.auth.signUp({ email, password, options: { emailRedirectTo: "https://app.example.org/cb" } }));
    const link = (await mailbox.next(email)).link();
    expect(link.searchParams.get("token")).toMatch(/^pkce_[0-9a-f]{56}$/);
    const { target, fragment } = await follow(link);
    expect([...fragment]).toEqual([]);
    const code = target.searchParams.get("code") as string;

    const thief = await fetch(`${service.url}/auth/v1/token?grant_type=pkce`, {
      method: "POST",
      headers: { "x-supabase-api-version": "2024-01-01" },
      body: JSON.stringify({ auth_code: code, code_verifier: "x".repeat(50) }),
    });
    expect([thief.status, ((await thief.json()) as { code: string }).code]).toEqual([400, "bad_code_verifier"]);
    const { session } = await ok(client.auth.exchangeCodeForSession(code));
    expect(session.user.email).toBe(email);
    const again = await fetch(`${service.url}/auth/v1/token?grant_type=pkce`, {
      method: "POST",
      headers: { "x-supabase-api-version": "2024-01-01" },
      body: JSON.stringify({ auth_code: code, code_verifier: "x".repeat(50) }),
    });
    expect([again.status, ((await again.json()) as { code: string }).code]).toEqual([404, "flow_state_not_found"]);
  });

  test("again for an account that exists: the same answer, and nothing changes", async () => {
    const email = await confirmedAccount();
    const before = mailbox.received.length;
    const { user, session } = await ok(service.client().auth.signUp({ email, password: "another password" }));
    expect(session).toBeNull();
    expect(user).toMatchObject({ email, identities: [] });
    const real = await service.pool.query("SELECT id FROM auth.users WHERE email = $1", [email]);
    expect(real.rows).toHaveLength(1);
    expect(user?.id).not.toBe(real.rows[0].id);
    await ok(service.client().auth.signInWithPassword({ email, password }));
    expect(mailbox.received.length).toBe(before);
  });

  test("resend makes the former link void", async () => {
    const email = freshEmail();
    const client = service.client();
    await ok(client.auth.signUp({ email, password }));
    const first = (await mailbox.next(email)).link();
    await ok(client.auth.resend({ type: "signup", email }));
    const second = (await mailbox.next(email)).link();
    expect((await follow(first)).fragment.get("error_code")).toBe("otp_expired");
    expect((await follow(second)).fragment.get("type")).toBe("signup");
  });
});

describe("a link that does not work", () => {
  test("redirects with the error in the fragment, and in the query for PKCE", async () => {
    const base = `${service.url}/auth/v1/verify?type=recovery&redirect_to=https://app.example.org/cb`;
    const plain = await follow(new URL(`${base}&token=${"0".repeat(56)}`));
    expect(Object.fromEntries(plain.fragment)).toEqual({
      error: "access_denied",
      error_code: "otp_expired",
      error_description: "Email link is invalid or has expired",
      sb: "",
    });
    expect(plain.target.search).toBe("");
    const pkce = await follow(new URL(`${base}&token=pkce_${"0".repeat(56)}`));
    expect(pkce.target.searchParams.get("error_code")).toBe("otp_expired");
    expect(pkce.fragment.get("error_code")).toBe("otp_expired");
  });

  test("never leads to a site that is not listed", async () => {
    const link = new URL(`${service.url}/auth/v1/verify`);
    link.search = new URLSearchParams({ type: "signup", token: "x", redirect_to: "https://evil.example/" }).toString();
    expect((await follow(link)).target.origin).toBe("http://localhost:3000");
  });

  test("expires", async () => {
    const email = await confirmedAccount();
    await ok(service.client().auth.resetPasswordForEmail(email));
    const link = (await mailbox.next(email)).link();
    service.advance(3601);
    expect((await follow(link)).fragment.get("error_code")).toBe("otp_expired");
  });

  test("cannot be computed from an address and a code", async () => {
    const { createHash } = await import("node:crypto");
    const email = await confirmedAccount();
    await ok(service.client().auth.resetPasswordForEmail(email));
    const token = (await mailbox.next(email)).code();
    const guessed = createHash("sha224")
      .update(email + token)
      .digest("hex");
    expect(await refusal(service.client().auth.verifyOtp({ token_hash: guessed, type: "recovery" }))).toMatchObject({
      code: "otp_expired",
    });
  });
});

describe("recovery", () => {
  test("opens a session in which a new password is set, which ends all other sessions", async () => {
    const email = await confirmedAccount();
    const [forgetful, elsewhere] = [service.client(), service.client()];
    await ok(elsewhere.auth.signInWithPassword({ email, password }));
    await ok(forgetful.auth.resetPasswordForEmail(email));
    const mail = await mailbox.next(email);
    expect(mail.subject).toBe("Reset your password for Holdfast");
    expect(mail.html).toContain(mail.link().href.replaceAll("&", "&amp;"));
    await ok(forgetful.auth.verifyOtp({ email, token: mail.code(), type: "recovery" }));
    await ok(forgetful.auth.updateUser({ password: "a new password" }));
    expect(await refusal(elsewhere.auth.getUser())).toMatchObject({ status: 400 });
    expect(await refusal(service.client().auth.signInWithPassword({ email, password }))).toMatchObject({
      code: "invalid_credentials",
    });
    await ok(service.client().auth.signInWithPassword({ email, password: "a new password" }));
  });

  test("by PKCE and by token hash", async () => {
    const email = await confirmedAccount();
    const client = service.client("pkce");
    await ok(client.auth.resetPasswordForEmail(email));
    const { target } = await follow((await mailbox.next(email)).link());
    const { session } = await ok(client.auth.exchangeCodeForSession(target.searchParams.get("code") as string));
    expect(session.user.email).toBe(email);

    await ok(service.client().auth.resetPasswordForEmail(email));
    const token_hash = (await mailbox.next(email)).link().searchParams.get("token") as string;
    const answer = await ok(service.client().auth.verifyOtp({ token_hash, type: "recovery" }));
    expect(answer.session?.user.email).toBe(email);
  });

  test("answers the same for an address that nobody has", async () => {
    const before = mailbox.received.length;
    expect(await ok(service.client().auth.resetPasswordForEmail(freshEmail()))).toEqual({});
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(mailbox.received.length).toBe(before);
  });

  test("is asked for once a minute and address, account or not", async () => {
    service.config.mailFrequency = 60;
    for (const email of [await confirmedAccount(), freshEmail()]) {
      await ok(service.client().auth.resetPasswordForEmail(email));
      const { error } = await service.client().auth.resetPasswordForEmail(email);
      expect(error).toMatchObject({ status: 429, code: "over_email_send_rate_limit" });
      expect((error as AuthError).message).toMatch(/only request this after \d+ seconds/);
    }
    service.config.mailFrequency = 0;
  });
});

describe("signing in by mail", () => {
  test("makes an account where it may, by code", async () => {
    const email = freshEmail();
    const client = service.client();
    await ok(client.auth.signInWithOtp({ email, options: { data: { nick: "ada" } } }));
    const { user } = await ok(
      client.auth.verifyOtp({ email, token: (await mailbox.next(email)).code(), type: "email" }),
    );
    expect(user).toMatchObject({ email, user_metadata: { nick: "ada", email_verified: true } });
  });

  test("makes none where it may not", async () => {
    const email = freshEmail();
    const answer = service.client().auth.signInWithOtp({ email, options: { shouldCreateUser: false } });
    expect(await refusal(answer)).toEqual({ code: "otp_disabled", status: 422 });
    service.config.concealAccounts = true;
    await ok(service.client().auth.signInWithOtp({ email, options: { shouldCreateUser: false } }));
    service.config.concealAccounts = false;
    expect((await service.pool.query("SELECT FROM auth.users WHERE email = $1", [email])).rowCount).toBe(0);
  });

  test("works for an account that exists, by link", async () => {
    const email = await confirmedAccount();
    await ok(service.client().auth.signInWithOtp({ email, options: { shouldCreateUser: false } }));
    const { fragment } = await follow((await mailbox.next(email)).link());
    expect(fragment.get("type")).toBe("magiclink");
    expect(fragment.get("access_token")).toBeTruthy();
  });
});

describe("a change of address", () => {
  test("needs both mailboxes", async () => {
    const [former, next] = [await confirmedAccount(), freshEmail()];
    const client = service.client();
    await ok(client.auth.signInWithPassword({ email: former, password }));
    const { user } = await ok(client.auth.updateUser({ email: next }));
    expect(user).toMatchObject({ email: former, new_email: next });

    const first = await follow((await mailbox.next(next)).link());
    expect(first.fragment.get("message")).toMatch(/^Confirmation link accepted/);
    expect((await ok(client.auth.getUser())).user.email).toBe(former);
    const second = await follow((await mailbox.next(former)).link());
    expect(second.fragment.get("access_token")).toBeTruthy();
    const changed = (await ok(client.auth.getUser())).user;
    expect(changed.email).toBe(next);
    expect(changed.new_email).toBeUndefined();
    expect(changed.identities?.[0]?.identity_data).toMatchObject({ email: next, email_verified: true });
    await ok(service.client().auth.signInWithPassword({ email: next, password }));
  });

  test("by codes; one mailbox cannot confirm twice", async () => {
    const [former, next] = [await confirmedAccount(), freshEmail()];
    const client = service.client();
    await ok(client.auth.signInWithPassword({ email: former, password }));
    await ok(client.auth.updateUser({ email: next }));
    const toNext = (await mailbox.next(next)).code();
    const half = await ok(client.auth.verifyOtp({ email: next, token: toNext, type: "email_change" }));
    expect(half.session).toBeNull();
    expect(await refusal(client.auth.verifyOtp({ email: next, token: toNext, type: "email_change" }))).toMatchObject({
      code: "otp_expired",
    });
    const toFormer = (await mailbox.next(former)).code();
    const done = await ok(client.auth.verifyOtp({ email: former, token: toFormer, type: "email_change" }));
    expect(done.user?.email).toBe(next);
  });

  test("to an address that somebody has is refused", async () => {
    const [mine, theirs] = [await confirmedAccount(), await confirmedAccount()];
    const client = service.client();
    await ok(client.auth.signInWithPassword({ email: mine, password }));
    expect(await refusal(client.auth.updateUser({ email: theirs }))).toEqual({ code: "email_exists", status: 422 });
  });
});

test("a password change in an old session asks for a mailed nonce", async () => {
  service.config.passwordChangeNeedsReauthentication = true;
  const email = await confirmedAccount();
  const client = service.client();
  await ok(client.auth.signInWithPassword({ email, password }));
  await service.pool.query("UPDATE auth.sessions SET created_at = created_at - interval '25 hours'");
  const change = (nonce?: string) => client.auth.updateUser({ password: "a new password", nonce });
  expect(await refusal(change())).toEqual({ code: "reauthentication_needed", status: 400 });
  await ok(client.auth.reauthenticate());
  expect(await refusal(change("000000"))).toEqual({ code: "reauthentication_not_valid", status: 422 });
  const mail = await mailbox.next(email);
  await ok(change(mail.code()));
  service.config.passwordChangeNeedsReauthentication = false;
});

test("an invitation is accepted by its link, and a password is set afterwards", async () => {
  service.config.signup = "invite";
  const email = freshEmail();
  expect(await refusal(service.client().auth.signUp({ email, password }))).toEqual({
    code: "signup_disabled",
    status: 422,
  });
  const { user } = await ok(service.admin().auth.admin.inviteUserByEmail(email, { data: { team: "red" } }));
  expect(user.invited_at).toBeTruthy();
  const { fragment } = await follow((await mailbox.next(email)).link());
  const client = service.client();
  await ok(
    client.auth.setSession({
      access_token: fragment.get("access_token") as string,
      refresh_token: fragment.get("refresh_token") as string,
    }),
  );
  await ok(client.auth.updateUser({ password }));
  const signedIn = await ok(service.client().auth.signInWithPassword({ email, password }));
  expect(signedIn.user.user_metadata).toMatchObject({ team: "red" });
  expect(await refusal(service.admin().auth.admin.inviteUserByEmail(email))).toEqual({
    code: "email_exists",
    status: 422,
  });
  service.config.signup = "open";
});

test("the link of an invitation waits a week; its code, and links that somebody asked for, an hour", async () => {
  const [email, late, asked] = [freshEmail(), freshEmail(), await confirmedAccount()];
  const invite = async (address: string) =>
    (await ok(service.admin().auth.admin.generateLink({ type: "invite", email: address }))).properties;
  const [invited, tooLate] = [await invite(email), await invite(late)];
  const recovery = (await ok(service.admin().auth.admin.generateLink({ type: "recovery", email: asked }))).properties;
  const verify = (token_hash: string, type: "invite" | "recovery") =>
    service.client().auth.verifyOtp({ token_hash, type });
  service.advance(3601);
  const code = { email, token: invited.email_otp, type: "invite" as const };
  expect(await refusal(service.client().auth.verifyOtp(code))).toEqual({ code: "otp_expired", status: 403 });
  expect(await refusal(verify(recovery.hashed_token, "recovery"))).toEqual({ code: "otp_expired", status: 403 });
  service.advance(6 * 86_400);
  await ok(verify(invited.hashed_token, "invite"));
  service.advance(86_400);
  expect(await refusal(verify(tooLate.hashed_token, "invite"))).toEqual({ code: "otp_expired", status: 403 });
  service.advance(-7 * 86_400 - 3601);
});

test("a code is spent once, however many requests carry it", async () => {
  const email = await confirmedAccount();
  await ok(service.client().auth.resetPasswordForEmail(email));
  const token_hash = (await mailbox.next(email)).link().searchParams.get("token") as string;
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => service.client().auth.verifyOtp({ token_hash, type: "recovery" })),
  );
  expect(answers.filter(({ error }) => error === null)).toHaveLength(1);
});

test("a program that looks at the link with HEAD does not spend it", async () => {
  const email = await confirmedAccount();
  await ok(service.client().auth.resetPasswordForEmail(email));
  const link = (await mailbox.next(email)).link();
  expect((await fetch(link, { method: "HEAD", redirect: "manual" })).status).toBe(404);
  expect((await follow(link)).fragment.get("type")).toBe("recovery");
});
