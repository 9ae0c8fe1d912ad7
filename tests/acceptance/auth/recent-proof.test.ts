import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { confirmFactor, enrolFactor, operations, prove } from "../../../packages/contract/src/index.ts";
import type { AuthServer } from "../../support/auth/auth-server.ts";
import { verdict } from "../../support/auth/browser.ts";
import { type Installation, modes, openInstallation } from "../../support/auth/modes.ts";
import { totp } from "../../support/auth/totp.ts";
import { type Person, personOf, registerPerson, signIn, testPassword } from "../../support/person.ts";
import type { TestServer } from "../../support/server.ts";

const MINUTES = 60_000;

/** A session that is older than a quarter of an hour changes nothing of how somebody signs in. Every test twice. */
describe.each(modes)("%s", (mode) => {
  let installation: Installation;
  let server: TestServer;
  beforeAll(async () => {
    installation = await openInstallation(mode);
    server = await installation.startServer();
  });
  afterEach(() => {
    installation.now.current = null;
  });
  afterAll(() => installation.close());

  const later = (minutes: number) => {
    installation.now.current = new Date(Date.now() + minutes * MINUTES);
  };
  /** What the authenticator shows at the time that the server lives in. */
  const codeNow = (secret: string) => {
    const now = (installation.now.current ?? new Date()).getTime();
    return totp(secret, Math.floor(now / 30_000) - Math.floor(Date.now() / 30_000));
  };
  const ask = async (person: Person, method: string, path: string, body?: object) =>
    verdict(
      await person.fetch(path, {
        method,
        ...(body ? { headers: { "content-type": "application/json" }, body: JSON.stringify(body) } : {}),
      }),
    );
  const codeOf = async (person: Person, method: string, path: string, body?: object) => {
    const answer = await person.fetch(`/auth/v1${path}`, {
      method,
      ...(body ? { headers: { "content-type": "application/json" }, body: JSON.stringify(body) } : {}),
    });
    return `${answer.status} ${answer.headers.get("x-sb-error-code") ?? ""}`.trim();
  };

  const token = { name: "script", scopes: ["files:read"], expiresAt: null };
  const needed = "403 recent_proof_required";

  test("every operation that is marked asks for it, and they are these", async () => {
    const marked = operations.filter(({ recentProof }) => recentProof);
    expect(marked.map(({ id }) => id).sort()).toEqual(
      [
        "confirmFactor",
        "createAccessToken",
        "enrolFactor",
        "linkOidc",
        "recoveryKit",
        "removeFactor",
        "removePasskey",
        "renewRecoveryCodes",
        "startPasskey",
      ].sort(),
    );
    later(16);
    for (const { method, path, id } of marked) {
      const url = path.replace("{id}", crypto.randomUUID());
      expect(await ask(server.admin, method, url), id).toBe(needed);
    }
  });

  test("a fresh session may, an old one not, and its password opens it for a while", async () => {
    const person = await registerPerson(server.url);
    expect(await ask(person, "POST", "/api/v1/auth/tokens", token)).toBe("201");
    later(16);
    expect(await ask(person, "POST", "/api/v1/auth/tokens", token)).toBe(needed);
    const status = await (await person.fetch("/api/v1/auth/prove")).json();
    expect(status).toEqual({ until: null, password: true, code: false });
    expect(await ask(person, "POST", "/api/v1/auth/prove", {})).toBe("400 invalid_request");
    expect(await ask(person, "POST", "/api/v1/auth/prove", { password: "wrong" })).toBe("401 invalid_credentials");
    expect(await ask(person, "POST", "/api/v1/auth/tokens", token)).toBe(needed);
    expect(await ask(person, "POST", "/api/v1/auth/prove", { password: testPassword })).toBe("200");
    expect(await ask(person, "POST", "/api/v1/auth/tokens", token)).toBe("201");
    later(30);
    expect(await ask(person, "POST", "/api/v1/auth/tokens", token)).toBe("201");
    later(32);
    expect(await ask(person, "POST", "/api/v1/auth/tokens", token)).toBe(needed);
    // It is that session alone that has proved itself.
    later(0);
    const other = await signIn(server.url, person.email);
    later(16);
    expect(await ask(person, "POST", "/api/v1/auth/prove", { password: testPassword })).toBe("200");
    expect(await ask(other, "POST", "/api/v1/auth/tokens", token)).toBe(needed);
  });

  test("with a second factor it takes both, and the password of a change is not enough", async () => {
    const made = await registerPerson(server.url);
    const { id, secret } = await made.call(enrolFactor, { body: { name: "phone" } });
    const grant = await made.call(confirmFactor, {
      params: { id },
      body: { code: codeNow(secret), transport: "bearer" },
    });
    const person = personOf(server.url, grant);
    later(16);
    const change = { currentPassword: testPassword, newPassword: "an entirely new one" };
    expect(await ask(person, "POST", "/api/v1/auth/password", change)).toBe(needed);
    expect(await ask(person, "POST", "/api/v1/me/delete", { password: testPassword })).toBe(needed);
    expect(await ask(person, "POST", "/api/v1/auth/prove", { password: testPassword })).toBe("400 invalid_request");
    const code = codeNow(secret);
    expect(await ask(person, "POST", "/api/v1/auth/prove", { code })).toBe("400 invalid_request");
    expect(await ask(person, "POST", "/api/v1/auth/prove", { password: testPassword, code: "000000" })).toBe(
      "401 mfa_code_wrong",
    );
    expect(await ask(person, "POST", "/api/v1/auth/tokens", token)).toBe(needed);
    const proved = await person.call(prove, { body: { password: testPassword, code, transport: "bearer" } });
    expect(proved).toMatchObject({ accessToken: expect.any(String), refreshToken: expect.any(String) });
    expect(await ask(person, "POST", "/api/v1/auth/password", change)).toBe("204");
    later(40);
    const [recoveryCode] = grant.recoveryCodes as string[];
    const again = { password: change.newPassword, recoveryCode };
    expect(await ask(person, "POST", "/api/v1/auth/prove", again)).toBe("200");
    expect(await ask(person, "POST", "/api/v1/auth/tokens", token)).toBe("201");
    expect(await ask(person, "POST", "/api/v1/auth/prove", again)).toBe("401 mfa_code_wrong");
  });

  test("an access token of a program never may, and proves nothing", async () => {
    const { admin } = server;
    const scopes = ["files:read", "files:write", "shares", "backups", "admin"] as const;
    const made = await admin.fetch("/api/v1/auth/tokens", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ ...token, scopes }),
    });
    const { token: text } = (await made.json()) as { token: string };
    const program = personOf(server.url, { user: admin.user, accessToken: text });
    expect(await ask(program, "GET", "/api/v1/admin/backups/recovery-kit")).toBe("403 token_scope_missing");
    expect(await ask(program, "POST", "/api/v1/auth/prove", { password: testPassword })).toBe(
      "403 token_scope_missing",
    );
    expect(await codeOf(program, "PUT", "/user", { password: "an entirely new one" })).toMatch(/^40[13]/);
  });

  test("an administrator's old session sets nobody's password, address or role", async () => {
    const person = await registerPerson(server.url);
    later(16);
    const path = `/api/v1/admin/users/${person.id}`;
    for (const change of [{ password: "an entirely new one" }, { email: "other@example.org" }, { role: "admin" }]) {
      expect(await ask(server.admin, "PATCH", path, change)).toBe(needed);
    }
    expect(await ask(server.admin, "DELETE", `${path}/factors`)).toBe(needed);
    expect(await ask(server.admin, "PATCH", path, { quotaBytes: 1000 })).toBe("200");
  });

  test("at /auth/v1 it is the same", async () => {
    const person = await registerPerson(server.url);
    const factor = { factor_type: "totp", friendly_name: "phone" };
    later(16);
    const refused = "403 reauthentication_needed";
    expect(await codeOf(person, "PUT", "/user", { password: "an entirely new one" })).toBe(refused);
    expect(await codeOf(person, "PUT", "/user", { email: "elsewhere@example.org" })).toBe(refused);
    expect(await codeOf(person, "POST", "/factors", factor)).toBe(refused);
    expect(await codeOf(person, "PUT", "/user", { data: { name: "Ada" } })).toBe("200");
    // A proof at either endpoint counts at both.
    expect(await ask(person, "POST", "/api/v1/auth/prove", { password: testPassword })).toBe("200");
    expect(await codeOf(person, "POST", "/factors", factor)).toBe("200");
    expect(await codeOf(person, "PUT", "/user", { password: "an entirely new one" })).toBe("200");
  });

  test("a factor that was begun in a fresh session is not finished, and none is removed, by an old one", async () => {
    const made = await registerPerson(server.url);
    const { id, secret } = await made.call(enrolFactor, { body: { name: "phone" } });
    const challengeOf = async (person: Person) => {
      const answer = await person.fetch(`/auth/v1/factors/${id}/challenge`, { method: "POST" });
      return ((await answer.json()) as { id: string }).id;
    };
    later(16);
    const first = { challenge_id: await challengeOf(made), code: codeNow(secret) };
    expect(await codeOf(made, "POST", `/factors/${id}/verify`, first)).toBe("403 reauthentication_needed");
    later(0);
    const grant = await made.call(confirmFactor, {
      params: { id },
      body: { code: codeNow(secret), transport: "bearer" },
    });
    const person = personOf(server.url, grant);
    later(16);
    expect(await codeOf(person, "DELETE", `/factors/${id}`)).toBe("403 reauthentication_needed");
    // The code of a factor that counts is itself a proof.
    const second = { challenge_id: await challengeOf(person), code: codeNow(secret) };
    expect(await codeOf(person, "POST", `/factors/${id}/verify`, second)).toBe("200");
    expect(await codeOf(person, "DELETE", `/factors/${id}`)).toBe("200");
  });

  test("a setting makes /auth/v1 exactly Supabase's", async () => {
    const person = await registerPerson(server.url);
    const node: AuthServer = await installation.start({ HOLDFAST_AUTH_SUPABASE_CHANGES: "on" });
    later(16);
    const there = personOf(node.url, { user: person.user, accessToken: person.token });
    expect(await codeOf(there, "PUT", "/user", { password: "an entirely new one" })).toBe("200");
    expect(await ask(there, "POST", "/api/v1/auth/tokens", token)).toBe(needed);
    await node.close();
  });
});

test("at the embedded /auth/v1 the present password, in the request, is a proof", async () => {
  const installation = await openInstallation("embedded");
  const server = await installation.startServer();
  const person = await registerPerson(server.url);
  installation.now.current = new Date(Date.now() + 16 * MINUTES);
  const put = async (body: object) =>
    (
      await person.fetch("/auth/v1/user", {
        method: "PUT",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      })
    ).headers.get("x-sb-error-code");
  const password = "an entirely new one";
  expect(await put({ password, current_password: "wrong" })).toBe("current_password_invalid");
  expect(await put({ password, current_password: testPassword })).toBeNull();
  await installation.close();
});
