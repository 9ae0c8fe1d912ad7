import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  otherBodies,
  otherSpellings,
  type RawRequest,
  sendAll,
  sendRaw,
} from "../../../../../../tests/support/auth/auth-mutations.ts";
import type { AuthServer } from "../../../../../../tests/support/auth/auth-server.ts";
import { type Installation, modes, openInstallation } from "../../../../../../tests/support/auth/modes.ts";
import { type Mailbox, startMailbox } from "../../../../../../tests/support/stand-ins.ts";
import { type AllowedCall, allowedCalls } from "./allowed-calls.ts";
import { words } from "./read-call.ts";

const password = "correct horse battery";
/** With the letters that other alphabets have a second one of. */
const victim = "kim.silk@example.org";
const reader = "nick.skis@example.org";
const env = { SIGNUP: "closed", TRUST_PROXY: "1", HOLDFAST_AUTH_RATE_LIMIT: "0" };
const id = "01900000-0000-7000-8000-000000000001";

/** Every call of the list with a body that would do, for an address that nobody has. */
let made = 0;
function requestOf(call: AllowedCall): RawRequest & { path: string; fields: Record<string, unknown> } {
  const values: Record<string, unknown> = {
    ...{ email: `new${++made}@example.org`, password, create_user: true, type: "signup", data: {}, phone: undefined },
    ...{ email_confirm: true, user_metadata: {}, app_metadata: {}, provider: "google", redirect_to: undefined },
    ...{ channel: undefined, code_challenge: undefined, code_challenge_method: undefined, gotrue_meta_security: {} },
  };
  const fields: Record<string, unknown> = {};
  for (const name of words(call.body)) {
    const value = name in values ? values[name] : "x";
    if (value !== undefined) fields[name] = value;
  }
  const path =
    call.path.replaceAll("{id}", id).replaceAll("{name}", "custom:x") +
    (call.fixed ? `?${new URLSearchParams(call.fixed)}` : "");
  const form = "application/x-www-form-urlencoded";
  const body = call.form ? new URLSearchParams(fields as Record<string, string>).toString() : JSON.stringify(fields);
  return {
    ...{ method: call.method, path, fields, target: `/auth/v1${path}` },
    ...(call.body ? { body, ...(call.form ? { contentType: form } : {}) } : {}),
  };
}

/** Every test twice: with the embedded service, and with a Supabase whose gateway makes paths plain and whose JSON ignores case. */
describe.each(modes)("%s", (mode) => {
  let mailbox: Mailbox;
  let installation: Installation;
  let server: AuthServer;
  beforeAll(async () => {
    mailbox = await startMailbox();
    installation = await openInstallation(mode, { env, mailbox, supabase: { siteUrl: "http://localhost:3000" } });
    // The time stands still: no wait ends while the test runs.
    installation.now.current = new Date();
    server = await installation.start();
    for (const email of [victim, reader]) await server.auth.identity.createAccount({ email, password, role: "user" });
  });
  afterAll(async () => {
    await installation.close();
    await mailbox.close();
  });

  const accounts = async () =>
    (
      await server.pool.query<{ email: string }>("select coalesce(email, id::text) as email from auth.users order by 1")
    ).rows.map(({ email }) => email);
  const nobodyIsNew = async () => expect(await accounts()).toEqual([victim, reader]);

  test("while sign-up is closed no spelling of any path makes an account", async () => {
    const requests = allowedCalls.flatMap((call) => {
      const targets = otherSpellings(server.url, requestOf(call).path);
      return [requestOf(call), ...targets.map((target) => ({ ...requestOf(call), target }))];
    });
    expect(requests.length).toBeGreaterThan(3000);
    const broken: string[] = [];
    await sendAll(server.url, requests, ({ method, target }, { status }) => {
      if (status >= 500) broken.push(`${status} ${method} ${target}`);
    });
    expect(broken).toEqual([]);
    await nobodyIsNew();
  }, 180_000);

  test("nor does any spelling of a field, or a field given twice", async () => {
    const requests = allowedCalls
      .filter((call) => call.method === "POST" && !call.form)
      .flatMap((call) =>
        words(call.body).flatMap((key) => {
          // Each for an address that no other request has named: a wait for an address would hide what is let through.
          const bodyOf = (fields: Record<string, unknown>) => {
            const decoy = key === "create_user" ? false : key === "email" ? `decoy.${fields.email}` : "decoy";
            return otherBodies(fields, key, fields[key] ?? "x", decoy);
          };
          return bodyOf({}).map((_, i) => {
            const given = requestOf(call);
            return { ...given, body: bodyOf(given.fields)[i] as string };
          });
        }),
      );
    expect(requests.length).toBeGreaterThan(500);
    const broken: string[] = [];
    await sendAll(server.url, requests, ({ method, target, body }, { status }) => {
      if (status >= 500) broken.push(`${status} ${method} ${target} ${body}`);
    });
    expect(broken).toEqual([]);
    await nobodyIsNew();
  }, 180_000);

  test("once an account waits, no spelling of the sign-in lets one more try through", async () => {
    const signIn = (body: object, ip: string): RawRequest => ({
      ...{ method: "POST", target: "/auth/v1/token?grant_type=password", body: JSON.stringify(body) },
      headers: { "x-forwarded-for": ip },
    });
    for (let i = 0; i < 10; i++) {
      expect((await sendRaw(server.url, signIn({ email: victim, password: "wrong" }, `192.0.2.${i}`))).status).toBe(
        400,
      );
    }
    const right = signIn({ email: victim, password }, "192.0.2.100");
    expect((await sendRaw(server.url, right)).status).toBe(429);
    const path = "/token?grant_type=password";
    const spelled = [
      "KIM.SILK@example.org",
      "k\u0130m.silk@example.org",
      "\u212aim.silk@example.org",
      `${victim} `,
      ` ${victim}`,
    ];
    const form = "application/x-www-form-urlencoded";
    const requests: RawRequest[] = [
      ...otherSpellings(server.url, path).map((target) => ({ ...right, target })),
      ...["email", "password"].flatMap((key) => {
        const fields: Record<string, string> = { email: victim, password };
        return otherBodies(fields, key, fields[key], "other@example.org").map((body) => ({ ...right, body }));
      }),
      ...spelled.map((email) => ({ ...right, body: JSON.stringify({ email, password }) })),
      ...[
        "?GRANT_TYPE=password",
        "?grant_type=refresh_token&grant_type=password",
        "?grant_type=pass%77ord",
        "?grant_type=password;",
        "?grant%5ftype=password",
      ].map((query) => ({ ...right, target: `/auth/v1/token${query}` })),
      ...["/token", "/token?grant_type=refresh_token", "/token?grant_type=pkce"].map((target) => ({
        ...{ ...right, target: `/auth/v1${target}`, contentType: form },
        body: `grant_type=password&email=${victim}&password=${password}`,
      })),
      ...["text/plain", "application/json;charset=utf-16", form].map((contentType) => ({ ...right, contentType })),
      { ...right, body: JSON.stringify({ email: victim, phone: "1", password }) },
    ];
    const through: string[] = [];
    await sendAll(server.url, requests, ({ target, body }, { text }) => {
      if (text.includes("access_token")) through.push(`${target} ${body}`);
    });
    expect(through).toEqual([]);
  }, 60_000);

  test("a mailbox gets no further mail, however the requests for one are spelled", async () => {
    mailbox.received.length = 0;
    const ask = (path: string, more: object = {}): RawRequest & { path: string; fields: Record<string, unknown> } => {
      const fields = { email: reader, ...more };
      return { method: "POST", path, fields, target: `/auth/v1${path}`, body: JSON.stringify(fields) };
    };
    // Mails are sent after the answer: the next one to somebody else comes after all of them.
    const sent = async (last: string): Promise<number> => {
      await server.auth.identity.createAccount({ email: last, password, role: "user" });
      await sendRaw(server.url, ask("/recover", { email: last }));
      await mailbox.next(last);
      return mailbox.received.filter(({ to }) => to.toLowerCase().trim() === reader).length;
    };
    const given = [
      ask("/recover"),
      ask("/otp", { create_user: false }),
      ask("/magiclink"),
      ask("/resend", { type: "signup" }),
    ];
    for (const request of given) await sendRaw(server.url, request);
    const plain = await sent("first@example.org");
    expect(plain).toBeGreaterThan(0);
    const requests = given.flatMap((request) => [
      ...otherSpellings(server.url, request.path).map((target) => ({ ...request, target })),
      ...otherBodies(request.fields, "email", reader, "other@example.org").map((body) => ({ ...request, body })),
      ...["NICK.SKIS@example.org", "n\u0130ck.skis@example.org", ` ${reader}`].map((email) => ({
        ...request,
        body: JSON.stringify({ ...request.fields, email }),
      })),
    ]);
    await sendAll(server.url, requests, () => {});
    expect(await sent("last@example.org")).toBe(plain);
  }, 60_000);
});
