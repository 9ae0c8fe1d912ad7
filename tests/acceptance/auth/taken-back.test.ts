import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Call, createClient } from "../../../packages/contract/src/client.ts";
import {
  adminUpdateUser,
  changePassword,
  confirmEmail,
  confirmRecovery,
  createAccessToken,
  recover,
  register,
} from "../../../packages/contract/src/index.ts";
import { type Mailbox, startMailbox } from "../../../packages/identity/src/testing/mailbox.ts";
import type { AuthServer } from "../../support/auth/auth-server.ts";
import { verdict } from "../../support/auth/browser.ts";
import { type Installation, modes, openInstallation } from "../../support/auth/modes.ts";
import { type Person, personOf, signIn, testPassword } from "../../support/person.ts";

const env = {
  SIGNUP: "open",
  HOLDFAST_AUTH_RATE_LIMIT: "0",
  HOLDFAST_ADMIN_EMAIL: "admin@example.org",
  HOLDFAST_ADMIN_PASSWORD: testPassword,
};
const next = "an entirely new one";

/** What ends when an account is taken back. Every test twice: with the embedded service, and with a stand-in for a real Supabase. */
describe.each(modes)("%s", (mode) => {
  let mailbox: Mailbox;
  let installation: Installation;
  let server: AuthServer;
  let call: Call;
  let admin: Person;
  beforeAll(async () => {
    mailbox = await startMailbox();
    installation = await openInstallation(mode, {
      env,
      mailbox,
      supabase: { siteUrl: "http://localhost:3000", ourTemplates: true },
    });
    server = await installation.start();
    call = createClient({ baseUrl: server.url });
    admin = await signIn(server.url, "admin@example.org");
  });
  afterAll(async () => {
    await installation.close();
    await mailbox.close();
  });

  async function tokenHash(address: string): Promise<string> {
    const link = (await mailbox.next(address)).link();
    return new URLSearchParams(link.hash.slice(1)).get("token_hash") as string;
  }

  let people = 0;
  /** Somebody with a session and an access token. */
  async function someone() {
    const email = `taken${++people}@example.org`;
    await call(register, { body: { email, password: testPassword } });
    await call(confirmEmail, { body: { tokenHash: await tokenHash(email), type: "signup" } });
    const person = await signIn(server.url, email);
    const made = await person.call(createAccessToken, {
      body: { name: "script", scopes: ["files:read"], expiresAt: null },
    });
    const token = personOf(server.url, { user: person.user, accessToken: made.token });
    // Known to the node's caches before it ends.
    expect(await doors(person, token)).toEqual(["200", "200", "200"]);
    return { person, token };
  }

  /** The session at both endpoints, and the token. */
  const doors = (person: Person, token: Person) =>
    Promise.all([
      person.fetch("/api/v1/me").then(verdict),
      authV1(person, "GET").then((answer) => String(answer.status)),
      token.fetch("/api/v1/me").then(verdict),
    ]);
  const allShut = ["401 session_ended", "403", "401 session_ended"];

  const authV1 = (person: Pick<Person, "token">, method: string, body?: object) =>
    fetch(`${server.url}/auth/v1/user`, {
      method,
      headers: { authorization: `Bearer ${person.token}`, "content-type": "application/json" },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });

  test("a recovery ends sessions and access tokens at once", async () => {
    const { person, token } = await someone();
    await call(recover, { body: { email: person.email } });
    await call(confirmRecovery, { body: { tokenHash: await tokenHash(person.email), password: next } });
    expect(await doors(person, token)).toEqual(allShut);
  });

  test("a password that an administrator sets ends them, too", async () => {
    const { person, token } = await someone();
    await admin.call(adminUpdateUser, { params: { id: person.id }, body: { password: next } });
    expect(await doors(person, token)).toEqual(allShut);
  });

  test("the operator's reset at the machine ends them, too", async () => {
    const { person, token } = await someone();
    await server.auth.resetPassword(person.email, next);
    await expect.poll(() => doors(person, token)).toEqual(allShut);
  });

  test("who changes their own password chooses what becomes of the tokens", async () => {
    const { person, token } = await someone();
    await person.call(changePassword, { body: { currentPassword: testPassword, newPassword: next } });
    expect(await doors(person, token)).toEqual(["200", "200", "200"]);
    const body = { currentPassword: next, newPassword: testPassword, revokeTokens: true };
    await person.call(changePassword, { body });
    expect(await doors(person, token)).toEqual(["200", "200", "401 session_ended"]);
  });

  test("a recovery at /auth/v1 ends them, too", async () => {
    const { person, token } = await someone();
    await call(recover, { body: { email: person.email } });
    const verified = await fetch(`${server.url}/auth/v1/verify`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ type: "recovery", token_hash: await tokenHash(person.email) }),
    });
    const { access_token } = (await verified.json()) as { access_token: string };
    expect((await authV1({ token: access_token }, "PUT", { password: next })).status).toBe(200);
    expect(await doors(person, token)).toEqual(allShut);
  });

  test("a password set with the service key ends them, too", async () => {
    const { person, token } = await someone();
    const answer = await fetch(`${server.url}/auth/v1/admin/users/${person.id}`, {
      method: "PUT",
      headers: {
        authorization: `Bearer ${await installation.keyOf("service-role")}`,
        "content-type": "application/json",
      },
      body: JSON.stringify({ password: next }),
    });
    expect(answer.status).toBe(200);
    expect(await doors(person, token)).toEqual(allShut);
  });
});
