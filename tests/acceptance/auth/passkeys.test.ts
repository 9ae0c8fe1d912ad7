import { generateKeyPairSync } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Call, createClient } from "../../../packages/contract/src/client.ts";
import {
  addPasskey,
  adminResetFactors,
  confirmFactor,
  enrolFactor,
  listFactors,
  listPasskeys,
  login,
  type PasskeyAnswer,
  publicSettings,
  removePasskey,
  renamePasskey,
  renewRecoveryCodes,
  signInWithPasskey,
  startPasskey,
  startPasskeySignIn,
  startSecondStep,
  verifySecondFactor,
} from "../../../packages/contract/src/index.ts";
import type { AuthServer } from "../../support/auth/auth-server.ts";
import { openBrowser, verdict } from "../../support/auth/browser.ts";
import { type Installation, modes, openInstallation } from "../../support/auth/modes.ts";
import {
  type CreationOptions,
  createSoftwareAuthenticator,
  type Lies,
  type RequestOptions,
  type SoftwareAuthenticator,
} from "../../support/auth/software-authenticator.ts";
import { totp } from "../../support/auth/totp.ts";
import { type Person, personOf, registerPerson, signIn, testPassword } from "../../support/person.ts";

const origin = "https://files.example.org";

/** Every test twice: with the embedded service, and with one elsewhere that stands in for a real Supabase. */
describe.each(modes)("%s", (mode) => {
  let installation: Installation;
  let server: AuthServer;
  let call: Call;
  beforeAll(async () => {
    installation = await openInstallation(mode, {
      env: {
        SIGNUP: "open",
        PUBLIC_URL: origin,
        HOLDFAST_AUTH_RATE_LIMIT: "0",
        HOLDFAST_ADMIN_EMAIL: "admin@example.org",
        HOLDFAST_ADMIN_PASSWORD: testPassword,
      },
      supabase: { siteUrl: origin },
    });
    server = await installation.start();
    call = createClient({ baseUrl: server.url });
  });
  afterAll(() => installation.close());

  async function add(person: Person, authenticator: SoftwareAuthenticator, lies: Lies = {}, name = "Phone") {
    const { challengeId, options } = await person.call(startPasskey);
    const credential = authenticator.create(options as unknown as CreationOptions, lies);
    return person.call(addPasskey, { body: { challengeId, credential, name } });
  }

  async function withPasskey() {
    const person = await registerPerson(server.url);
    const authenticator = createSoftwareAuthenticator(origin);
    const { passkey } = await add(person, authenticator);
    return { person, authenticator, passkey };
  }

  async function answer(authenticator: SoftwareAuthenticator, lies: Lies = {}): Promise<PasskeyAnswer> {
    const { challengeId, options } = await call(startPasskeySignIn);
    return { challengeId, credential: authenticator.get(options as unknown as RequestOptions, lies) };
  }

  const enter = async (authenticator: SoftwareAuthenticator, lies: Lies = {}) =>
    call(signInWithPasskey, { body: { ...(await answer(authenticator, lies)), transport: "bearer" } });

  const historyOf = async ({ id }: Person) =>
    (
      await server.pool.query<{ entry: string }>(
        "select method || ' ' || outcome as entry from holdfast.login_history where user_id = $1 order by id",
        [id],
      )
    ).rows.map(({ entry }) => entry);

  test("a passkey is added, named, used, renamed and removed", async () => {
    const { person, authenticator, passkey } = await withPasskey();
    expect(passkey).toMatchObject({ name: "Phone", lastUsedAt: null });
    const grant = await enter(authenticator);
    expect(grant.user.id).toBe(person.id);
    expect(await verdict(await personOf(server.url, grant).fetch("/api/v1/me"))).toBe("200");
    const { items } = await person.call(listPasskeys);
    expect(items).toMatchObject([{ id: passkey.id, name: "Phone", lastUsedAt: expect.any(String) }]);
    const renamed = await person.call(renamePasskey, { params: { id: passkey.id }, body: { name: "Ada's phone" } });
    expect(renamed.name).toBe("Ada's phone");
    await person.call(removePasskey, { params: { id: passkey.id } });
    expect(await person.call(listPasskeys)).toEqual({ items: [] });
    await expect(enter(authenticator)).rejects.toMatchObject({ code: "passkey_refused", status: 422 });
    expect(await historyOf(person)).toEqual(["signup success", "passkey success"]);
    const trail = await server.pool.query(
      "select action, detail from holdfast.audit_log where target_id = $1 order by id",
      [passkey.id],
    );
    expect(trail.rows).toEqual([
      { action: "passkey.add", detail: { email: person.email, name: "Phone" } },
      { action: "passkey.remove", detail: null },
    ]);
    expect((await call(publicSettings)).passkeys).toBe(true);
  });

  test("in a browser a passkey sets the cookies, for a page of ours alone", async () => {
    const { authenticator } = await withPasskey();
    const browser = openBrowser(server.url);
    const path = "/api/v1/auth/passkeys/sign-in";
    const body = await answer(authenticator);
    const foreign = { origin: "https://evil.example" };
    expect(await verdict(await browser.request("POST", path, body, foreign))).toBe("403 bad_origin");
    const entered = await browser.request("POST", path, body, { origin });
    expect(await entered.json()).not.toHaveProperty("accessToken");
    expect(browser.cookies.size).toBe(2);
    expect(await verdict(await browser.request("GET", "/api/v1/me"))).toBe("200");
  });

  const anotherKey = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
  const lies: [string, Lies][] = [
    ["another origin", { origin: "https://evil.example" }],
    ["another host name", { rpId: "evil.example" }],
    ["another challenge", { challenge: Buffer.alloc(32).toString("base64url") }],
    ["no PIN or finger", { unverified: true }],
    ["another key", { key: anotherKey }],
    ["a count that went back, as that of a copy", { signCount: 1 }],
    ["another account", { userHandle: Buffer.from(crypto.randomUUID()).toString("base64url") }],
  ];
  // What a service elsewhere refuses is its own affair.
  test.each(mode === "embedded" ? lies : lies.slice(0, 1))("refused: %s", async (_what, lie) => {
    const { person, authenticator } = await withPasskey();
    await expect(enter(authenticator, lie)).rejects.toMatchObject({ code: "passkey_refused", status: 422 });
    // Who is behind a service elsewhere is not known before it has said so.
    const known = mode === "embedded" ? ["passkey invalid_credentials"] : [];
    expect(await historyOf(person)).toEqual(["signup success", ...known]);
    await enter(authenticator);
  });

  test("refused: an answer given twice, too late, or that is none", async () => {
    const { authenticator } = await withPasskey();
    const given = await answer(authenticator);
    const use = (body: PasskeyAnswer) => call(signInWithPasskey, { body: { ...body, transport: "bearer" } });
    await use(given);
    const late = { code: "passkey_challenge_expired", status: 422 };
    await expect(use(given)).rejects.toMatchObject(late);
    await expect(use({ ...given, challengeId: crypto.randomUUID() })).rejects.toMatchObject(late);
    await expect(use({ ...given, challengeId: "x" })).rejects.toMatchObject({ code: "invalid_request" });
    for (const credential of [{}, { ...given.credential, id: "\u0000" }, { ...given.credential, response: [] }]) {
      await expect(use({ ...(await answer(authenticator)), credential })).rejects.toMatchObject({
        status: expect.toSatisfy((status) => status === 400 || status === 422),
      });
    }
    const slow = await answer(authenticator);
    server.now.current = new Date(Date.now() + 5 * 60_000 + 1000);
    await expect(use(slow)).rejects.toMatchObject(late);
    server.now.current = null;
  });

  test("one person's passkeys and challenges are nothing to another", async () => {
    const [ada, eve] = [await withPasskey(), await registerPerson(server.url)];
    const params = { id: ada.passkey.id };
    const nothing = { code: "not_found", status: 404 };
    await expect(eve.call(renamePasskey, { params, body: { name: "mine" } })).rejects.toMatchObject(nothing);
    await expect(eve.call(removePasskey, { params })).rejects.toMatchObject(nothing);
    const { challengeId, options } = await ada.person.call(startPasskey);
    const credential = createSoftwareAuthenticator(origin).create(options as unknown as CreationOptions);
    await expect(eve.call(addPasskey, { body: { challengeId, credential, name: "mine" } })).rejects.toMatchObject({
      code: "passkey_challenge_expired",
    });
    expect((await ada.person.call(listPasskeys)).items).toHaveLength(1);
  });

  test.runIf(mode === "embedded")("an account has at most twenty", async () => {
    const person = await registerPerson(server.url);
    for (let i = 0; i < 20; i++) await add(person, createSoftwareAuthenticator(origin), {}, `Key ${i}`);
    await expect(person.call(startPasskey)).rejects.toMatchObject({ code: "conflict", status: 409 });
  });

  const secondStep = async (email: string) => {
    const body = { email, password: testPassword, transport: "bearer" as const };
    const refusal = (await call(login, { body }).catch((error: unknown) => error)) as {
      problem: { challenge: string };
    };
    expect(refusal).toMatchObject({ code: "mfa_required" });
    return refusal.problem.challenge;
  };

  test("an administrator's reset takes passkeys away as well", async () => {
    const { person, authenticator } = await withPasskey();
    const admin = await signIn(server.url, "admin@example.org");
    await admin.call(adminResetFactors, { params: { id: person.id } });
    await expect(enter(authenticator)).rejects.toMatchObject({ code: "passkey_refused" });
    const back = await signIn(server.url, person.email);
    expect(await back.call(listPasskeys)).toEqual({ items: [] });
  });

  test("a security key that another program enrolled by the contract finishes a sign-in", async () => {
    const person = await registerPerson(server.url);
    const authenticator = createSoftwareAuthenticator(origin);
    const ask = async (path: string, body: unknown, token = person.token) => {
      const headers = {
        authorization: `Bearer ${token}`,
        apikey: await installation.keyOf("anon"),
        origin,
        "content-type": "application/json",
      };
      const answer = await fetch(`${server.url}/auth/v1/factors${path}`, {
        method: "POST",
        headers,
        body: JSON.stringify(body),
      });
      expect(answer.status).toBe(200);
      return (await answer.json()) as { id: string; webauthn: { credential_options: { publicKey: CreationOptions } } };
    };
    const { id } = await ask("", { factor_type: "webauthn", friendly_name: "key" });
    const begun = await ask(`/${id}/challenge`, {});
    const credential_response = authenticator.create(begun.webauthn.credential_options.publicKey);
    await ask(`/${id}/verify`, { challenge_id: begun.id, webauthn: { type: "create", credential_response } });

    const challenge = await secondStep(person.email);
    const start = () => call(startSecondStep, { body: { challenge } });
    const use = (passkey: PasskeyAnswer) =>
      call(verifySecondFactor, { body: { challenge, passkey, transport: "bearer" } });
    const first = await start();
    expect(first).toMatchObject({ app: false, passkey: { challengeId: expect.any(String) } });
    const { challengeId, options } = first.passkey as NonNullable<typeof first.passkey>;
    const asked = options as unknown as RequestOptions;
    const wrong = { challengeId, credential: authenticator.get(asked, { origin: "https://evil.example" }) };
    await expect(use(wrong)).rejects.toMatchObject({ code: "passkey_refused" });
    const grant = await use({ challengeId, credential: authenticator.get(asked) });
    expect(await verdict(await personOf(server.url, grant).fetch("/api/v1/me"))).toBe("200");
    expect((await historyOf(person)).slice(-2)).toEqual(["passkey invalid_credentials", "passkey success"]);
  });

  async function demand(value: string) {
    await server.pool.query(
      `insert into holdfast.settings (key, value) values ('second-factor', to_jsonb($1::text))
       on conflict (key) do update set value = excluded.value`,
      [value],
    );
  }

  test.runIf(mode === "embedded")(
    "a passkey is both factors, and finishes a sign-in that a password began",
    async () => {
      const { person, authenticator } = await withPasskey();
      const enrolled = await person.call(enrolFactor, { body: { name: "phone" } });
      const code = totp(enrolled.secret);
      await person.call(confirmFactor, { params: { id: enrolled.id }, body: { code, transport: "bearer" } });
      // Nothing more is asked of who signs in with it.
      const whole = personOf(server.url, await enter(authenticator));
      expect((await whole.call(listFactors)).items).toHaveLength(1);

      const challenge = await secondStep(person.email);
      const start = async () => {
        const { app, passkey } = await call(startSecondStep, { body: { challenge } });
        expect(app).toBe(true);
        return passkey as NonNullable<typeof passkey>;
      };
      const { challengeId, options } = await start();
      expect(options).toMatchObject({ allowCredentials: [{ id: authenticator.passkeys[0]?.id, type: "public-key" }] });
      const finish = (passkey: PasskeyAnswer) =>
        call(verifySecondFactor, { body: { challenge, passkey, transport: "bearer" } });
      // Somebody else's passkey, which is a right one: it opens neither account.
      const eve = await withPasskey();
      const before = await server.pool.query("select count(*) from auth.sessions where user_id = $1", [eve.person.id]);
      const hers = {
        challengeId,
        credential: eve.authenticator.get({ ...options, allowCredentials: [] } as unknown as RequestOptions),
      };
      await expect(finish(hers)).rejects.toMatchObject({ code: "passkey_refused" });
      const after = await server.pool.query("select count(*) from auth.sessions where user_id = $1", [eve.person.id]);
      expect(after.rows).toEqual(before.rows);
      const again = await start();
      const credential = authenticator.get(again.options as unknown as RequestOptions);
      const grant = await finish({ challengeId: again.challengeId, credential });
      expect(grant.user.id).toBe(person.id);
      expect(await verdict(await personOf(server.url, grant).fetch("/api/v1/me"))).toBe("200");
      await expect(call(verifySecondFactor, { body: { challenge } })).rejects.toMatchObject({
        code: "invalid_request",
      });
    },
  );

  test.runIf(mode === "embedded")("a passkey is the second factor that the policy asks for", async () => {
    const person = await registerPerson(server.url);
    const me = (of: Person) => of.fetch("/api/v1/me").then(verdict);
    await demand("everybody");
    try {
      await expect.poll(() => me(person)).toBe("403 mfa_enrolment_required");
      const authenticator = createSoftwareAuthenticator(origin);
      const { recoveryCodes, passkey } = await add(person, authenticator);
      expect(recoveryCodes).toHaveLength(10);
      expect(await me(person)).toBe("200");
      expect((await add(person, createSoftwareAuthenticator(origin))).recoveryCodes).toBeNull();
      expect((await person.call(renewRecoveryCodes)).recoveryCodes).toHaveLength(10);

      // The password alone is half a sign-in now, at our endpoints and at the contract's.
      const half = await server.auth.identity.signIn(person.email, testPassword, { ip: "127.0.0.1", userAgent: null });
      const low = personOf(server.url, { user: person.user, accessToken: half.accessToken });
      expect(await me(low)).toBe("403 mfa_required");
      await expect(low.call(removePasskey, { params: { id: passkey.id } })).rejects.toMatchObject({
        code: "mfa_required",
      });
      for (const [method, path] of [
        ["POST", "passkeys/registration/options"],
        ["DELETE", `passkeys/${passkey.id}`],
      ] as const) {
        const headers = { authorization: `Bearer ${half.accessToken}` };
        const refused = await fetch(`${server.url}/auth/v1/${path}`, { method, headers });
        expect(refused.headers.get("x-sb-error-code"), path).toBe("insufficient_aal");
      }
      const challenge = await secondStep(person.email);
      const { app, passkey: question } = await call(startSecondStep, { body: { challenge } });
      expect(app).toBe(false);
      const credential = authenticator.get(question?.options as unknown as RequestOptions);
      const body = {
        challenge,
        passkey: { challengeId: question?.challengeId as string, credential },
        transport: "bearer" as const,
      };
      const whole = personOf(server.url, await call(verifySecondFactor, { body }));
      expect(await me(whole)).toBe("200");

      for (const { id } of (await whole.call(listPasskeys)).items) await whole.call(removePasskey, { params: { id } });
      expect(await me(whole)).toBe("403 mfa_enrolment_required");
      expect(await whole.call(listFactors)).toMatchObject({ recoveryCodesLeft: 0 });
    } finally {
      await demand("nobody");
    }
  });

  test.runIf(mode === "embedded")("without PUBLIC_URL passkeys belong to the host that the page is at", async () => {
    const node = await installation.start({ PUBLIC_URL: "" });
    const port = new URL(node.url).port;
    const start = (page: string) =>
      fetch(`${node.url}/api/v1/auth/passkeys/sign-in/start`, { method: "POST", headers: { origin: page } });
    const options = async (page: string) => ((await (await start(page)).json()) as { options: RequestOptions }).options;
    expect(await options(`http://localhost:${port}`)).toMatchObject({ rpId: "localhost" });
    expect(await options("https://nas.local")).toMatchObject({ rpId: "nas.local" });
    expect(await verdict(await start(`http://127.0.0.1:${port}`))).toBe("400 invalid_request");
    await node.close();
  });
});

test("asking again and again for what begins a sign-in is slowed down", async () => {
  const installation = await openInstallation("embedded", {
    env: { PUBLIC_URL: origin, HOLDFAST_AUTH_RATE_LIMIT: "1" },
  });
  const server = await installation.start();
  const call = createClient({ baseUrl: server.url });
  let refused = 0;
  for (let i = 0; i < 10; i++) {
    await call(startPasskeySignIn).catch((error: { code: string }) => {
      expect(error.code).toBe("rate_limited");
      refused++;
    });
  }
  expect(refused).toBeGreaterThan(2);
  const { rows } = await server.pool.query<{ n: number }>("select count(*)::int as n from auth.webauthn_challenges");
  expect(rows[0]?.n).toBe(10 - refused);
  await installation.close();
});
