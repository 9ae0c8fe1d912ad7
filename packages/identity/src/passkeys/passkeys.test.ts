import { generateKeyPairSync } from "node:crypto";
import type { SupabaseClient } from "@supabase/supabase-js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type CreationOptions,
  createSoftwareAuthenticator,
  type Lies,
  type RequestOptions,
  type SoftwareAuthenticator,
} from "../../../../tests/support/auth/software-authenticator.ts";
import { freshEmail, ok, password, type RunningIdentity, refusal, startIdentity } from "../testing/start-identity.ts";

const origin = "https://files.example.org";
let service: RunningIdentity;
let isNeeded = false;
beforeAll(async () => {
  service = await startIdentity({
    config: { passkeys: { origins: [origin], maxPerUser: 3, challengeExpiry: 300 } },
    hooks: { needsSecondFactor: async () => isNeeded },
  });
});
afterAll(() => service.close());

async function signedUp(): Promise<{ client: SupabaseClient; email: string; id: string }> {
  const client = service.client();
  const email = freshEmail();
  const { user } = await ok(client.auth.signUp({ email, password }));
  return { client, email, id: user?.id as string };
}

const creationOf = ({ options }: { options: unknown }) => options as CreationOptions;
const requestOf = ({ options }: { options: unknown }) => options as RequestOptions;
// The client's types ask for more than the contract does.
type Credential = never;

async function register(client: SupabaseClient, authenticator: SoftwareAuthenticator, lies: Lies = {}) {
  const begun = await ok(client.auth.passkey.startRegistration());
  const credential = authenticator.create(creationOf(begun), lies) as Credential;
  return client.auth.passkey.verifyRegistration({ challengeId: begun.challenge_id, credential });
}

async function withPasskey() {
  const person = await signedUp();
  const authenticator = createSoftwareAuthenticator(origin);
  const passkey = await ok(register(person.client, authenticator));
  return { ...person, authenticator, passkey };
}

async function signIn(authenticator: SoftwareAuthenticator, lies: Lies = {}) {
  const client = service.client();
  const begun = await ok(client.auth.passkey.startAuthentication());
  const credential = authenticator.get(requestOf(begun), lies) as Credential;
  const answer = client.auth.passkey.verifyAuthentication({ challengeId: begun.challenge_id, credential });
  return { client, answer: await answer, again: { challengeId: begun.challenge_id, credential } };
}

test("from a password to a passkey, and back in with nothing typed", async () => {
  const { client, authenticator, passkey, id, email } = await withPasskey();
  expect(passkey).toMatchObject({ friendly_name: "Passkey" });
  const begun = await ok(service.client().auth.passkey.startAuthentication());
  expect(begun.options).toMatchObject({ rpId: "files.example.org", userVerification: "required" });
  expect(begun.options.allowCredentials ?? []).toEqual([]);
  expect(begun.expires_at - Date.now() / 1000).toBeGreaterThan(290);

  const there = await signIn(authenticator);
  const { session } = await ok(Promise.resolve(there.answer));
  expect(session?.user).toMatchObject({ id, email });
  const claims = (await ok(there.client.auth.getClaims()))?.claims;
  expect(claims).toMatchObject({ aal: "aal2", amr: [{ method: "passkey" }] });
  await ok(there.client.auth.refreshSession());
  expect((await ok(there.client.auth.getClaims()))?.claims.aal).toBe("aal2");

  const [listed] = await ok(client.auth.passkey.list());
  expect(listed).toMatchObject({ id: passkey.id, last_used_at: expect.any(String) });
  await ok(client.auth.passkey.update({ passkeyId: passkey.id, friendlyName: "Phone" }));
  expect(await ok(client.auth.passkey.list())).toMatchObject([{ friendly_name: "Phone" }]);
  await ok(client.auth.passkey.delete({ passkeyId: passkey.id }));
  expect(await ok(client.auth.passkey.list())).toEqual([]);
  expect((await signIn(authenticator)).answer.error).toMatchObject({ code: "webauthn_verification_failed" });
  const { rows } = await service.pool.query(
    `SELECT payload ->> 'action' AS action FROM auth.audit_log_entries
      WHERE payload ->> 'actor_id' = $1 AND payload ->> 'action' LIKE 'passkey%' ORDER BY created_at`,
    [id],
  );
  expect(rows.map(({ action }) => action)).toEqual(["passkey_created", "passkey_updated", "passkey_deleted"]);
});

describe("a sign-in is refused", () => {
  const anotherKey = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
  const lies: [string, Lies][] = [
    ["at another origin", { origin: "https://files.example.org.evil.example" }],
    ["at another port", { origin: "https://files.example.org:8443" }],
    ["without encryption", { origin: "http://files.example.org" }],
    ["for another host name", { rpId: "evil.example" }],
    ["with another challenge", { challenge: Buffer.alloc(32, 7).toString("base64url") }],
    ["without PIN or finger", { unverified: true }],
    ["with another key", { key: anotherKey }],
    ["with a count that went back", { signCount: 1 }],
    ["in the name of nobody", { userHandle: "" }],
  ];
  test.each(lies)("%s", async (_what, lie) => {
    const { authenticator } = await withPasskey();
    expect((await signIn(authenticator, lie)).answer.error).toMatchObject({
      code: "webauthn_verification_failed",
      status: 400,
    });
    await ok(Promise.resolve((await signIn(authenticator)).answer));
  });

  test("in the name of another", async () => {
    const [ada, eve] = [await withPasskey(), await withPasskey()];
    const userHandle = Buffer.from(ada.id).toString("base64url");
    expect((await signIn(eve.authenticator, { userHandle })).answer.error).toMatchObject({
      code: "webauthn_verification_failed",
    });
  });

  test("a second time, after a failure as well, and after five minutes", async () => {
    const { authenticator } = await withPasskey();
    const first = await signIn(authenticator);
    await ok(Promise.resolve(first.answer));
    const gone = { code: "webauthn_challenge_not_found", status: 400 };
    expect(await refusal(service.client().auth.passkey.verifyAuthentication(first.again))).toEqual(gone);
    const failed = await signIn(authenticator, { unverified: true });
    expect(failed.answer.error).not.toBeNull();
    expect(await refusal(service.client().auth.passkey.verifyAuthentication(failed.again))).toEqual(gone);

    const client = service.client();
    const begun = await ok(client.auth.passkey.startAuthentication());
    const credential = authenticator.get(requestOf(begun)) as Credential;
    service.advance(301);
    const late = client.auth.passkey.verifyAuthentication({ challengeId: begun.challenge_id, credential });
    expect(await refusal(late)).toEqual({ code: "webauthn_challenge_expired", status: 400 });
    service.advance(-301);
  });

  test("for who is banned or not confirmed, which only the passkey's holder is told", async () => {
    const { authenticator, id } = await withPasskey();
    await ok(service.admin().auth.admin.updateUserById(id, { ban_duration: "1h" }));
    expect((await signIn(authenticator)).answer.error).toMatchObject({ code: "user_banned", status: 403 });
    expect((await signIn(authenticator, { unverified: true })).answer.error).toMatchObject({
      code: "webauthn_verification_failed",
    });
    await ok(service.admin().auth.admin.updateUserById(id, { ban_duration: "none" }));
    await service.pool.query("UPDATE auth.users SET email_confirmed_at = NULL WHERE id = $1", [id]);
    expect((await signIn(authenticator)).answer.error).toMatchObject({ code: "email_not_confirmed", status: 403 });
  });
});

describe("a registration is refused", () => {
  const lies: [string, Lies][] = [
    ["at another origin", { origin: "https://evil.example" }],
    ["for another host name", { rpId: "evil.example" }],
    ["with another challenge", { challenge: Buffer.alloc(32).toString("base64url") }],
    ["without PIN or finger", { unverified: true }],
  ];
  test.each(lies)("%s", async (_what, lie) => {
    const { client } = await signedUp();
    const answer = register(client, createSoftwareAuthenticator(origin), lie);
    expect(await refusal(answer)).toEqual({ code: "webauthn_verification_failed", status: 400 });
    expect(await ok(client.auth.passkey.list())).toEqual([]);
  });

  test("with another person's challenge, or what is no credential", async () => {
    const [ada, eve] = [await signedUp(), await signedUp()];
    const begun = await ok(ada.client.auth.passkey.startRegistration());
    const credential = createSoftwareAuthenticator(origin).create(creationOf(begun)) as Credential;
    const given = { challengeId: begun.challenge_id, credential };
    expect(await refusal(eve.client.auth.passkey.verifyRegistration(given))).toMatchObject({
      code: "webauthn_challenge_not_found",
    });
    for (const nonsense of [
      {},
      { ...(given.credential as object), response: {} },
      { ...(given.credential as object), response: { clientDataJSON: "e30", attestationObject: "oQ" } },
    ]) {
      const answer = ada.client.auth.passkey.verifyRegistration({ ...given, credential: nonsense as Credential });
      expect(await refusal(answer)).toMatchObject({ status: 400 });
    }
  });

  test("for a key that is known already, and beyond the limit", async () => {
    const { client, authenticator } = await withPasskey();
    const taken = authenticator.passkeys[0];
    const eve = await signedUp();
    const begun = await ok(client.auth.passkey.startRegistration());
    expect(creationOf(begun).excludeCredentials).toEqual([
      { id: taken?.id, type: "public-key", transports: ["internal"] },
    ]);
    for (const _ of [2, 3]) await ok(register(client, createSoftwareAuthenticator(origin)));
    expect(await refusal(client.auth.passkey.startRegistration())).toEqual({ code: "too_many_passkeys", status: 422 });
    const credential = createSoftwareAuthenticator(origin).create(creationOf(begun)) as Credential;
    const late = client.auth.passkey.verifyRegistration({ challengeId: begun.challenge_id, credential });
    expect(await refusal(late)).toEqual({ code: "too_many_passkeys", status: 422 });
    // The same key for another account: what it signs would no longer say whose it is.
    const hers = await ok(eve.client.auth.passkey.startRegistration());
    const copied = createSoftwareAuthenticator(origin).create(creationOf(hers));
    await ok(
      eve.client.auth.passkey.verifyRegistration({ challengeId: hers.challenge_id, credential: copied as Credential }),
    );
    const once = await ok(eve.client.auth.passkey.startRegistration());
    const clientDataJSON = createSoftwareAuthenticator(origin).create(creationOf(once)).response.clientDataJSON;
    const twice = { ...copied, response: { ...copied.response, clientDataJSON } } as Credential;
    expect(
      await refusal(eve.client.auth.passkey.verifyRegistration({ challengeId: once.challenge_id, credential: twice })),
    ).toEqual({
      code: "webauthn_credential_exists",
      status: 422,
    });
  });
});

test("others neither see, rename nor remove a passkey; administrators see and remove it", async () => {
  const [ada, eve] = [await withPasskey(), await signedUp()];
  const passkeyId = ada.passkey.id;
  const nothing = { code: "validation_failed", status: 404 };
  expect(await refusal(eve.client.auth.passkey.update({ passkeyId, friendlyName: "mine" }))).toEqual(nothing);
  expect(await refusal(eve.client.auth.passkey.delete({ passkeyId }))).toEqual(nothing);
  const admin = service.admin().auth.admin.passkey;
  expect(await ok(admin.listPasskeys({ userId: ada.id }))).toMatchObject([{ id: passkeyId }]);
  expect(await refusal(admin.deletePasskey({ userId: eve.id, passkeyId }))).toEqual(nothing);
  await ok(admin.deletePasskey({ userId: ada.id, passkeyId }));
  expect(await ok(ada.client.auth.passkey.list())).toEqual([]);
});

test("where a second factor is wanted, the password alone changes nothing about passkeys and factors", async () => {
  const { client, email, passkey } = await withPasskey();
  const low = service.client();
  await ok(low.auth.signInWithPassword({ email, password }));
  await ok(low.auth.passkey.startRegistration());
  isNeeded = true;
  try {
    const refused = { code: "insufficient_aal", status: 403 };
    expect(await refusal(low.auth.passkey.startRegistration())).toEqual(refused);
    expect(await refusal(low.auth.passkey.delete({ passkeyId: passkey.id }))).toEqual(refused);
    const enrolment = low.auth.mfa.enroll({ factorType: "totp", friendlyName: "mine" });
    expect(await refusal(enrolment)).toEqual(refused);
    // The session that added the passkey has shown it.
    await ok(client.auth.passkey.startRegistration());
  } finally {
    isNeeded = false;
  }
});
