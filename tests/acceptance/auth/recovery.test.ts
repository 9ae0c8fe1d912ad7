import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Call, createClient } from "../../../packages/contract/src/client.ts";
import {
  adminInviteUser,
  adminUpdateUser,
  changeEmail,
  confirmEmail,
  confirmRecovery,
  login,
  recover,
  register,
} from "../../../packages/contract/src/index.ts";
import { type Mailbox, startMailbox } from "../../../packages/identity/src/testing/mailbox.ts";
import type { AuthServer } from "../../support/auth/auth-server.ts";
import { verdict } from "../../support/auth/browser.ts";
import { type Installation, modes, openInstallation } from "../../support/auth/modes.ts";
import { personOf, signIn, testPassword } from "../../support/person.ts";

const env = {
  SIGNUP: "open",
  HOLDFAST_AUTH_RATE_LIMIT: "0",
  HOLDFAST_ADMIN_EMAIL: "admin@example.org",
  HOLDFAST_ADMIN_PASSWORD: testPassword,
};
/** Every test twice: with the embedded service, and with one elsewhere that stands in for a real Supabase. */
describe.each(modes)("%s", (mode) => {
  let mailbox: Mailbox;
  let installation: Installation;
  let server: AuthServer;
  let call: Call;
  beforeAll(async () => {
    mailbox = await startMailbox();
    const supabase = { siteUrl: "http://localhost:3000", ourTemplates: true };
    installation = await openInstallation(mode, { env, mailbox, supabase });
    server = await installation.start();
    call = createClient({ baseUrl: server.url });
  });
  afterAll(async () => {
    await installation.close();
    await mailbox.close();
  });

  /** What the page that a mail leads to reads from its address. */
  async function linkTo(address: string) {
    const link = (await mailbox.next(address)).link();
    const { token_hash: tokenHash = "", type = "" } = Object.fromEntries(new URLSearchParams(link.hash.slice(1)));
    return { link, tokenHash, type };
  }

  let people = 0;
  async function confirmed() {
    const email = `person${++people}@example.org`;
    const result = await call(register, { body: { email, password: testPassword } });
    expect(result).toEqual({ confirmationSentTo: email });
    await expect(call(login, { body: { email, password: testPassword } })).rejects.toMatchObject({
      code: "email_not_confirmed",
    });
    const { link, tokenHash, type } = await linkTo(email);
    expect(link.pathname).toBe("/recover");
    expect(link.search).toBe("");
    expect(await call(confirmEmail, { body: { tokenHash, type: type as "signup" } })).toEqual({ outcome: "confirmed" });
    await expect(call(confirmEmail, { body: { tokenHash, type: "signup" } })).rejects.toMatchObject({
      code: "link_expired",
    });
    return signIn(server.url, email);
  }

  test("a new account is confirmed by our own page, which signs nobody in", async () => {
    const person = await confirmed();
    expect(await verdict(await person.fetch("/api/v1/me"))).toBe("200");
  });

  test("a lost password: a mail, a new password, every session ended, the old password dead", async () => {
    const person = await confirmed();
    await call(recover, { body: { email: person.email } });
    const { link, tokenHash, type } = await linkTo(person.email);
    expect(link.href).toMatch(/^http:\/\/localhost:3000\/recover#token_hash=/);
    expect(type).toBe("recovery");
    const next = "an entirely new one";
    await expect(call(confirmRecovery, { body: { tokenHash, password: "short" } })).rejects.toMatchObject({
      code: "weak_password",
    });
    await call(confirmRecovery, { body: { tokenHash, password: next } });
    expect(await verdict(await person.fetch("/api/v1/me"))).toBe("401 session_ended");
    await expect(call(confirmRecovery, { body: { tokenHash, password: next } })).rejects.toMatchObject({
      code: "link_expired",
    });
    await expect(signIn(server.url, person.email)).rejects.toMatchObject({ code: "invalid_credentials" });
    expect((await signIn(server.url, person.email, next)).id).toBe(person.id);
    const { rows } = await server.pool.query(
      "select action from holdfast.audit_log where actor_id = $1 and action = 'user.recovered'",
      [person.id],
    );
    expect(rows).toHaveLength(1);
  });

  test("asking for a mail tells nobody who has an account, and floods nobody", async () => {
    await call(recover, { body: { email: "nobody@example.org" } });
    const person = await confirmed();
    await call(recover, { body: { email: person.email } });
    for (const email of ["nobody@example.org", person.email]) {
      await expect(call(recover, { body: { email } })).rejects.toMatchObject({ code: "rate_limited" });
    }
    expect(mailbox.received.filter(({ to }) => to === "nobody@example.org")).toEqual([]);
  });

  test("the mail that confirms an account is sent once more; nobody is told who has one, and no mailbox is flooded", async () => {
    const resend = (email: string) =>
      fetch(`${server.url}/api/v1/auth/register/resend`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ email }),
      });
    const email = `waiting${mode}@example.org`;
    const [unknown, done] = [`unknown${mode}@example.org`, (await confirmed()).email];
    await call(register, { body: { email, password: testPassword } });
    const first = await linkTo(email);
    const early = await resend(email);
    expect(await verdict(early)).toBe("429 rate_limited");
    expect(Number(early.headers.get("retry-after"))).toBe(60);
    installation.now.current = new Date(Date.now() + 61_000);
    const answers: string[] = [];
    for (const address of [email, unknown, done]) {
      const answer = await resend(address);
      const headers = [...answer.headers].filter(([name]) => !["date", "x-request-id"].includes(name));
      answers.push(JSON.stringify([answer.status, await answer.text(), headers]));
    }
    expect(new Set(answers).size).toBe(1);
    expect(JSON.parse(answers[0] as string)[0]).toBe(202);
    for (const address of [email, unknown, done]) expect(await verdict(await resend(address))).toBe("429 rate_limited");
    const second = await linkTo(email);
    const confirm = (tokenHash: string) => call(confirmEmail, { body: { tokenHash, type: "signup" } });
    await expect(confirm(first.tokenHash)).rejects.toMatchObject({ code: "link_expired" });
    expect(await confirm(second.tokenHash)).toEqual({ outcome: "confirmed" });
    // Who reads the mailbox may ask for the next one at once.
    await call(recover, { body: { email } });
    expect((await linkTo(email)).type).toBe("recovery");
    for (const address of [unknown, done])
      expect(mailbox.received.filter(({ to, text }) => to === address && text.includes("Confirm"))).toHaveLength(
        address === done ? 1 : 0,
      );
    installation.now.current = null;
  });

  test("who has an account and signs up twice can ask for a new password right away", async () => {
    const { email } = await confirmed();
    for (let i = 1; i <= 2; i++) {
      installation.now.current = new Date(Date.now() + i * 61_000);
      await call(register, { body: { email, password: testPassword } });
    }
    expect(await call(recover, { body: { email } })).not.toBeInstanceOf(Error);
    await expect(call(recover, { body: { email } })).rejects.toMatchObject({ code: "rate_limited" });
    installation.now.current = null;
  });

  test("a way in by mail at Supabase Auth's API: one answer whether there is an account or not", async () => {
    const person = await confirmed();
    const answers: string[] = [];
    for (const email of [person.email, `nobody${mode}@example.org`]) {
      const answer = await fetch(`${server.url}/auth/v1/otp`, {
        method: "POST",
        headers: { apikey: await installation.keyOf("anon"), "content-type": "application/json" },
        body: JSON.stringify({ email, create_user: false }),
      });
      answers.push(`${answer.status} ${await answer.text()}`);
    }
    expect(answers).toEqual(["200 {}", "200 {}"]);
    expect((await mailbox.next(person.email)).subject).toContain("Holdfast");
  });

  test("a new address needs the password and both mailboxes", async () => {
    const person = await confirmed();
    const email = `new-${person.email}`;
    await expect(
      person.call(changeEmail, { body: { email, currentPassword: "not my password" } }),
    ).rejects.toMatchObject({ code: "invalid_credentials" });
    await expect(
      person.call(changeEmail, { body: { email: "admin@example.org", currentPassword: testPassword } }),
    ).rejects.toMatchObject({ code: "email_taken" });
    const asked = await person.call(changeEmail, { body: { email, currentPassword: testPassword } });
    expect(asked).toEqual({ email: person.email, pendingEmail: email });
    const one = await linkTo(email);
    const other = await linkTo(person.email);
    const confirm = (tokenHash: string) => call(confirmEmail, { body: { tokenHash, type: "email_change" } });
    expect(await confirm(one.tokenHash)).toEqual({ outcome: "half" });
    expect(await (await person.fetch("/api/v1/me")).json()).toMatchObject({ email: person.email });
    expect(await confirm(other.tokenHash)).toEqual({ outcome: "confirmed" });
    expect(await (await person.fetch("/api/v1/me")).json()).toMatchObject({ email });
    expect((await signIn(server.url, email)).id).toBe(person.id);
  });

  test("an invitation by mail lets its reader choose the password", async () => {
    const admin = await signIn(server.url, "admin@example.org");
    const email = "guest@example.org";
    const invited = await admin.call(adminInviteUser, { body: { email, displayName: "Guest", quotaBytes: 1000 } });
    expect(invited).toMatchObject({
      link: null,
      user: { email, displayName: "Guest", quotaBytes: 1000, role: "user" },
    });
    await expect(admin.call(adminInviteUser, { body: { email } })).rejects.toMatchObject({ code: "email_taken" });
    const { tokenHash, type } = await linkTo(email);
    expect(type).toBe("invite");
    await call(confirmRecovery, { body: { tokenHash, password: "chosen by the guest", type: "invite" } });
    expect((await signIn(server.url, email, "chosen by the guest")).id).toBe(invited.user.id);
  });

  test("guessing links is slowed down", async () => {
    const slow = await installation.start({ HOLDFAST_AUTH_RATE_LIMIT: "3" });
    const there = createClient({ baseUrl: slow.url });
    const guess = () =>
      there(confirmRecovery, { body: { tokenHash: "f".repeat(56), password: testPassword } }).catch(({ code }) => code);
    expect([await guess(), await guess(), await guess(), await guess()]).toEqual([
      "link_expired",
      "link_expired",
      "link_expired",
      "rate_limited",
    ]);
    await slow.close();
  });

  test("only administrators invite", async () => {
    const person = personOf(
      server.url,
      await call(login, {
        body: { email: (await confirmed()).email, password: testPassword, transport: "bearer" },
      }),
    );
    await expect(person.call(adminInviteUser, { body: { email: "x@example.org" } })).rejects.toMatchObject({
      code: "forbidden",
    });
  });

  test("a session that a mail opened stands for its link, once; no other session does", async () => {
    const there = createClient({ baseUrl: server.url });
    const caller = { ip: "127.0.0.1", userAgent: null };
    const { tokenHash } = await server.auth.identity.makeInvitation("mailed@example.org");
    const mailed = await server.auth.identity.redeemLink(tokenHash, "invite", caller);
    const accessToken = mailed?.accessToken as string;
    const confirm = (token: string, password = "chosen from a mail") =>
      there(confirmRecovery, { body: { accessToken: token, password } }).catch(({ code }) => code);
    const own = await signIn(server.url, "admin@example.org");
    expect(await confirm(own.token)).toBe("link_expired");
    expect(await confirm("x.y.z")).toBe("link_expired");
    expect(await confirm(accessToken, "short")).toBe("weak_password");
    expect(await confirm(accessToken)).toBeUndefined();
    expect(await confirm(accessToken)).toBe("link_expired");
    await signIn(server.url, "mailed@example.org", "chosen from a mail");
    expect(await there(confirmRecovery, { body: { password: "neither of both" } }).catch(({ code }) => code)).toBe(
      "invalid_request",
    );
  });

  test("the contract's own mails lead to our page with a session, which sets the password", async () => {
    const plain = await openInstallation(mode, { env, mailbox, supabase: { siteUrl: "http://localhost:3000" } });
    const node = await plain.start();
    const there = createClient({ baseUrl: node.url });
    const email = `contract-${mode}@example.org`;
    await node.auth.identity.createAccount({ email, password: testPassword, role: "user" });
    const before = await signIn(node.url, email);
    const page = "http://localhost:3000/recover";
    await fetch(`${node.url}/auth/v1/recover?redirect_to=${encodeURIComponent(page)}`, {
      method: "POST",
      headers: { apikey: await plain.keyOf("anon"), "content-type": "application/json" },
      body: JSON.stringify({ email }),
    });
    const link = (await mailbox.next(email)).link();
    const opened = await fetch(node.url + link.pathname + link.search, { redirect: "manual" });
    const target = new URL(opened.headers.get("location") as string);
    expect(target.origin + target.pathname).toBe(page);
    const accessToken = new URLSearchParams(target.hash.slice(1)).get("access_token") as string;
    await there(confirmRecovery, { body: { accessToken, password: "from a mail" } });
    expect(await verdict(await before.fetch("/api/v1/me"))).toBe("401 session_ended");
    expect((await signIn(node.url, email, "from a mail")).id).toBe(before.id);
    await plain.close();
  });
});

// With a Supabase it is not known here whether it can send mail: it is asked to.
test("without mail: an invitation is a link to hand over, only administrators change addresses, and recovery says who can help", async () => {
  const installation = await openInstallation("embedded", { env });
  const bare = await installation.start();
  const admin = await signIn(bare.url, "admin@example.org");
  const there = createClient({ baseUrl: bare.url });
  const invited = await admin.call(adminInviteUser, { body: { email: "guest@example.org", role: "admin" } });
  const fragment = new URLSearchParams(new URL(invited.link as string).hash.slice(1));
  await there(confirmRecovery, {
    body: { tokenHash: fragment.get("token_hash") as string, password: "chosen by the guest", type: "invite" },
  });
  const guest = await signIn(bare.url, "guest@example.org", "chosen by the guest");
  expect(guest.user.role).toBe("admin");
  const change = { email: "host@example.org", currentPassword: "chosen by the guest" };
  await expect(guest.call(changeEmail, { body: change })).rejects.toMatchObject({ code: "mail_unavailable" });
  const own = await guest.fetch("/auth/v1/user", {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ email: change.email }),
  });
  expect(own.headers.get("x-sb-error-code")).toBe("email_provider_disabled");
  await admin.call(adminUpdateUser, { params: { id: guest.id }, body: { email: change.email } });
  expect((await signIn(bare.url, "host@example.org", "chosen by the guest")).id).toBe(guest.id);
  const refusal = await there(recover, { body: { email: "host@example.org" } }).catch((error: unknown) => error);
  expect(refusal).toMatchObject({
    code: "mail_unavailable",
    status: 409,
    message: expect.stringMatching(/administrator/),
  });
  await installation.close();
});
