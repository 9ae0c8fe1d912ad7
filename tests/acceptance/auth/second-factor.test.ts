import { createHmac } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Call, createClient } from "../../../packages/contract/src/client.ts";
import {
  adminResetFactors,
  confirmFactor,
  enrolFactor,
  listFactors,
  login,
  operations,
  removeFactor,
  renewRecoveryCodes,
  verifySecondFactor,
} from "../../../packages/contract/src/index.ts";
import type { AuthServer } from "../../support/auth/auth-server.ts";
import { openBrowser, verdict } from "../../support/auth/browser.ts";
import { type Installation, modes, openInstallation } from "../../support/auth/modes.ts";
import { registerPerson, signIn, testPassword } from "../../support/person.ts";

/** Every test twice: with the embedded service, and with one elsewhere that stands in for a real Supabase. */
describe.each(modes)("%s", (mode) => {
  let installation: Installation;
  let server: AuthServer;
  let call: Call;
  beforeAll(async () => {
    installation = await openInstallation(mode, {
      env: {
        SIGNUP: "open",
        HOLDFAST_AUTH_RATE_LIMIT: "0",
        HOLDFAST_ADMIN_EMAIL: "admin@example.org",
        HOLDFAST_ADMIN_PASSWORD: testPassword,
      },
    });
    server = await installation.start();
    call = createClient({ baseUrl: server.url });
  });
  afterAll(() => installation.close());

  /** RFC 6238 with its defaults; `steps` of 30 s from now: setting up takes the present one, and no code is taken twice. */
  function totp(secret: string, steps = 1): string {
    const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let bits = 0n;
    for (const letter of secret) bits = (bits << 5n) | BigInt(alphabet.indexOf(letter));
    const length = Math.floor((secret.length * 5) / 8);
    const key = Buffer.from(
      (bits >> BigInt(secret.length * 5 - length * 8)).toString(16).padStart(length * 2, "0"),
      "hex",
    );
    const counter = Buffer.alloc(8);
    counter.writeBigUInt64BE(BigInt(Math.floor((server.now.current ?? new Date()).getTime() / 30_000) + steps));
    const mac = createHmac("sha1", key).update(counter).digest();
    const offset = (mac[19] as number) & 15;
    return String((mac.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, "0");
  }

  async function withFactor(name?: string) {
    const person = await registerPerson(server.url, name);
    const enrolled = await person.call(enrolFactor, { body: { name: "phone" } });
    const code = totp(enrolled.secret, 0);
    const done = await person.call(confirmFactor, { params: { id: enrolled.id }, body: { code, transport: "bearer" } });
    return { person, ...enrolled, codes: done.recoveryCodes as string[], token: done.accessToken as string };
  }

  async function firstStep(email: string): Promise<string> {
    const body = { email, password: testPassword, transport: "bearer" as const };
    const refusal = await call(login, { body }).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code: "mfa_required", status: 403 });
    return (refusal as { problem: { challenge: string } }).problem.challenge;
  }

  const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });
  const me = (token: string) => fetch(`${server.url}/api/v1/me`, bearer(token)).then(verdict);

  test("from the QR code to a sign-in with two steps, as a program", async () => {
    const { person, codes, secret, qrCode, uri, token } = await withFactor();
    expect(codes).toHaveLength(10);
    expect(new Set(codes).size).toBe(10);
    for (const code of codes) expect(code).toMatch(/^[0-9a-hjkmnp-tv-z]{4}(-[0-9a-hjkmnp-tv-z]{4}){3}$/);
    expect(Buffer.from(qrCode.split(",")[1] as string, "base64").toString()).toMatch(/^<svg/);
    expect(uri).toContain(`secret=${secret}`);
    expect(await me(token)).toBe("200");

    const challenge = await firstStep(person.email);
    await expect(call(verifySecondFactor, { body: { challenge, code: "000000" } })).rejects.toMatchObject({
      code: "mfa_code_wrong",
    });
    const code = totp(secret);
    const grant = await call(verifySecondFactor, { body: { challenge, code, transport: "bearer" } });
    expect(grant.user.id).toBe(person.id);
    expect(await me(grant.accessToken as string)).toBe("200");
    await expect(call(verifySecondFactor, { body: { challenge, code, transport: "bearer" } })).rejects.toMatchObject({
      code: "mfa_code_wrong",
    });
    const { rows } = await server.pool.query(
      `select method, outcome, sum(attempts)::int as attempts from holdfast.login_history where user_id = $1
       group by method, outcome order by min(id::text)`,
      [person.id],
    );
    expect(rows).toEqual([
      { method: "signup", outcome: "success", attempts: 1 },
      { method: "password", outcome: "mfa_required", attempts: 1 },
      { method: "totp", outcome: "invalid_credentials", attempts: 2 },
      { method: "totp", outcome: "success", attempts: 1 },
    ]);
  });

  test("in a browser the second step sets the cookies, and the first sets none", async () => {
    const { person, secret } = await withFactor();
    const browser = openBrowser(server.url);
    const first = await browser.request("POST", "/api/v1/auth/login", { email: person.email, password: testPassword });
    const { challenge } = (await first.json()) as { challenge: string };
    expect(browser.cookies.size).toBe(0);
    const foreign = { origin: "https://evil.example" };
    const body = { challenge, code: totp(secret) };
    expect(await verdict(await browser.request("POST", "/api/v1/auth/mfa/verify", body, foreign))).toBe(
      "403 bad_origin",
    );
    const second = await browser.request("POST", "/api/v1/auth/mfa/verify", body);
    expect(await second.json()).not.toHaveProperty("accessToken");
    expect(browser.cookies.size).toBe(2);
    expect(await verdict(await browser.request("GET", "/api/v1/me"))).toBe("200");
  });

  test("a session that has shown one of two factors opens no endpoint", async () => {
    const { person } = await withFactor();
    const inside = await server.auth.identity.signIn(person.email, testPassword, { ip: "127.0.0.1", userAgent: null });
    const endpoints = operations.filter(({ access }) => access === "signed-in" || access === "admin");
    const ours = endpoints.filter(({ path }) => /^\/api\/v1\/(auth|me|admin\/users)/.test(path));
    expect(ours.length).toBeGreaterThan(15);
    for (const { id, method, path } of ours) {
      const url = server.url + path.replace(/\{\w+\}/g, crypto.randomUUID());
      const answer = await fetch(url, { method, headers: { authorization: `Bearer ${inside.accessToken}` } });
      expect(await verdict(answer), id).toBe("403 mfa_required");
    }
    const session = await fetch(`${server.url}/api/v1/auth/session`, bearer(inside.accessToken));
    expect(await session.json()).toEqual({ user: null, expiresAt: null });
    const renewed = await fetch(`${server.url}/api/v1/auth/refresh`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ refreshToken: inside.refreshToken }),
    });
    expect(await verdict(renewed)).toBe("403 mfa_required");
  });

  test("a challenge is good for five minutes, and only as it was given", async () => {
    const { person, secret } = await withFactor();
    const challenge = await firstStep(person.email);
    const middle = Math.floor(challenge.length / 2);
    const bent = challenge.slice(0, middle) + (challenge[middle] === "A" ? "B" : "A") + challenge.slice(middle + 1);
    const finish = (given: string) => call(verifySecondFactor, { body: { challenge: given, code: totp(secret) } });
    await expect(finish(bent)).rejects.toMatchObject({ code: "mfa_challenge_expired" });
    await expect(finish("x")).rejects.toMatchObject({ code: "mfa_challenge_expired" });
    server.now.current = new Date(Date.now() + 5 * 60_000 + 1000);
    await expect(finish(challenge)).rejects.toMatchObject({ code: "mfa_challenge_expired" });
    server.now.current = null;
  });

  test("a recovery code signs in once, is recorded, and lets a lost authenticator be replaced", async () => {
    const { person, codes, id } = await withFactor();
    const typed = (codes[3] as string).toUpperCase().replaceAll("-", " ");
    const challenge = await firstStep(person.email);
    const body = { challenge, recoveryCode: typed, transport: "bearer" as const };
    const tries = await Promise.allSettled([1, 2, 3].map(() => call(verifySecondFactor, { body })));
    const won = tries.filter((each) => each.status === "fulfilled");
    expect(won).toHaveLength(1);
    const token = won[0]?.value.accessToken as string;
    expect(await me(token)).toBe("200");
    const again = await firstStep(person.email);
    await expect(
      call(verifySecondFactor, { body: { challenge: again, recoveryCode: codes[3] as string } }),
    ).rejects.toMatchObject({ code: "mfa_code_wrong" });

    const mine = createClient({ baseUrl: server.url, headers: () => bearer(token).headers });
    expect(await mine(listFactors)).toMatchObject({ items: [{ id, name: "phone" }], recoveryCodesLeft: 9 });
    const trail = await server.pool.query(
      "select detail from holdfast.audit_log where action = 'factor.recovery_code_used' and target_id = $1",
      [person.id],
    );
    expect(trail.rows).toEqual([{ detail: { left: 9 } }]);
    await expect(mine(enrolFactor, { body: { name: "second" } })).rejects.toMatchObject({ code: "conflict" });
    await mine(removeFactor, { params: { id } });
    expect(await mine(listFactors)).toMatchObject({ items: [], recoveryCodesLeft: 0 });
    const next = await mine(enrolFactor, { body: { name: "new phone" } });
    const done = await mine(confirmFactor, { params: { id: next.id }, body: { code: totp(next.secret) } });
    expect(done.recoveryCodes).toHaveLength(10);
  });

  test("codes of one person are no use to another, and new ones replace the old", async () => {
    const ada = await withFactor();
    const eve = await withFactor();
    const challenge = await firstStep(eve.person.email);
    await expect(
      call(verifySecondFactor, { body: { challenge, recoveryCode: ada.codes[0] as string } }),
    ).rejects.toMatchObject({ code: "mfa_code_wrong" });
    const mine = createClient({ baseUrl: server.url, headers: () => bearer(ada.token).headers });
    await expect(mine(removeFactor, { params: { id: eve.id } })).rejects.toMatchObject({ code: "not_found" });
    const { recoveryCodes } = await mine(renewRecoveryCodes);
    const stale = await firstStep(ada.person.email);
    const use = (recoveryCode: string) => call(verifySecondFactor, { body: { challenge: stale, recoveryCode } });
    await expect(use(ada.codes[1] as string)).rejects.toMatchObject({ code: "mfa_code_wrong" });
    await use(recoveryCodes[0] as string);
    const stored = await server.pool.query("select encode(code_hash, 'hex') as hash from holdfast.recovery_codes");
    expect(stored.rows.length).toBeGreaterThan(0);
  });

  test("guessing codes is slowed down, whatever the challenge", async () => {
    const { person, secret } = await withFactor();
    // The clock stands still: on a slow machine the waits would be over before the next try.
    server.now.current = new Date();
    let refused = 0;
    for (let i = 0; i < 12; i++) {
      const challenge = await firstStep(person.email);
      const code = String(i).padStart(6, "0");
      const error = await call(verifySecondFactor, { body: { challenge, code } }).catch((each: unknown) => each);
      if ((error as { code: string }).code === "rate_limited") refused++;
    }
    expect(refused).toBeGreaterThan(0);
    const challenge = await firstStep(person.email);
    await expect(call(verifySecondFactor, { body: { challenge, code: totp(secret) } })).rejects.toMatchObject({
      code: "rate_limited",
    });
    server.now.current = null;
  });

  test("an administrator takes a lost factor away, and whoever was waiting at the second step stays out", async () => {
    const { person, token } = await withFactor();
    const inside = await server.auth.identity.signIn(person.email, testPassword, { ip: "127.0.0.1", userAgent: null });
    const admin = await signIn(server.url, "admin@example.org");
    await expect(person.call(adminResetFactors, { params: { id: person.id } })).rejects.toMatchObject({
      code: "forbidden",
    });
    await admin.call(adminResetFactors, { params: { id: person.id } });
    expect(await me(token)).toBe("401 session_ended");
    expect(await me(inside.accessToken)).toBe("401 session_ended");
    const back = await signIn(server.url, person.email);
    expect(await back.call(listFactors)).toEqual({ items: [], recoveryCodesLeft: 0, required: false });
  });

  test("where two factors are asked for, nothing but setting one up is open", async () => {
    const demand = (value: string) =>
      server.pool.query(
        `insert into holdfast.settings (key, value) values ('second-factor', to_jsonb($1::text))
       on conflict (key) do update set value = excluded.value`,
        [value],
      );
    const person = await registerPerson(server.url);
    const admin = await signIn(server.url, "admin@example.org");
    await demand("admins");
    await expect.poll(() => me(admin.token)).toBe("403 mfa_enrolment_required");
    expect(await me(person.token)).toBe("200");
    await demand("everybody");
    await expect.poll(() => me(person.token)).toBe("403 mfa_enrolment_required");
    const session = await person.fetch("/api/v1/auth/session");
    expect(await session.json()).toMatchObject({ user: { id: person.id }, secondFactorMissing: true });
    const endpoints = operations.filter(
      ({ access, path }) => access === "signed-in" && /^\/api\/v1\/(auth|me)/.test(path),
    );
    for (const { id, method, path, beforeSecondFactor } of endpoints) {
      if (id === "logout") continue;
      const said = await verdict(await person.fetch(path.replace(/\{\w+\}/g, crypto.randomUUID()), { method }));
      if (beforeSecondFactor) expect(said, id).not.toBe("403 mfa_enrolment_required");
      else expect(said, id).toBe("403 mfa_enrolment_required");
    }
    expect((await person.call(listFactors)).required).toBe(true);
    const { id, secret } = await person.call(enrolFactor, { body: { name: "phone" } });
    await person.call(confirmFactor, { params: { id }, body: { code: totp(secret) } });
    expect(await me(person.token)).toBe("200");
    await demand("nobody");
    await expect.poll(() => me(admin.token)).toBe("200");
  });
});
