import type { SupabaseClient } from "@supabase/supabase-js";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createSoftwareAuthenticator, type Lies } from "../../../../tests/support/auth/software-authenticator.ts";
import { freshEmail, ok, password, type RunningIdentity, refusal, startIdentity } from "../testing/start-identity.ts";

const origin = "http://localhost:3000";
const webauthn = { rpId: "localhost", rpOrigins: [origin] };
let service: RunningIdentity;
beforeAll(async () => {
  service = await startIdentity({ config: { passkeys: { origins: [origin], maxPerUser: 3, challengeExpiry: 300 } } });
});
afterAll(() => service.close());

const text = (bytes: unknown) => Buffer.from(bytes as ArrayBuffer).toString("base64url");

/** What `mfa.webauthn.challenge` does around `navigator.credentials`, with the official client's own calls. */
async function challenge(
  client: SupabaseClient,
  factorId: string,
  authenticator = createSoftwareAuthenticator(origin),
  lies: Lies = {},
) {
  const begun = await ok(client.auth.mfa.challenge({ factorId, webauthn }));
  const { type, credential_options } = begun.webauthn;
  const options = credential_options.publicKey;
  const ids = (list: readonly object[] | undefined) =>
    list?.map((each) => ({ id: text((each as { id: unknown }).id) }));
  const json =
    "user" in options
      ? authenticator.create(
          {
            challenge: text(options.challenge),
            rp: options.rp,
            user: { id: text(options.user.id) },
            excludeCredentials: ids(options.excludeCredentials),
          },
          lies,
        )
      : authenticator.get(
          { challenge: text(options.challenge), rpId: options.rpId, allowCredentials: ids(options.allowCredentials) },
          lies,
        );
  const credential = { ...json, toJSON: () => json } as never;
  const given = { factorId, challengeId: begun.id, webauthn: { ...webauthn, type, credential_response: credential } };
  return { given, authenticator, begun };
}

async function signedUp() {
  const client = service.client();
  const email = freshEmail();
  await ok(client.auth.signUp({ email, password }));
  return { client, email };
}

async function enrolled() {
  const person = await signedUp();
  const factor = await ok(person.client.auth.mfa.webauthn.enroll({ friendlyName: "key" }));
  const { given, authenticator } = await challenge(person.client, factor.id);
  await ok(person.client.auth.mfa.webauthn.verify(given));
  return { ...person, factor, authenticator };
}

test("a security key is enrolled, and raises a session that the password opened", async () => {
  const { client, email, factor, authenticator } = await enrolled();
  expect(factor).toMatchObject({ type: "webauthn", friendly_name: "key" });
  expect(await ok(client.auth.mfa.getAuthenticatorAssuranceLevel())).toMatchObject({ currentLevel: "aal2" });
  expect((await ok(client.auth.mfa.listFactors())).webauthn).toMatchObject([{ id: factor.id, status: "verified" }]);

  const low = service.client();
  await ok(low.auth.signInWithPassword({ email, password }));
  expect(await ok(low.auth.mfa.getAuthenticatorAssuranceLevel())).toMatchObject({
    currentLevel: "aal1",
    nextLevel: "aal2",
  });
  const { given, begun } = await challenge(low, factor.id, authenticator);
  expect(begun.webauthn.type).toBe("request");
  await ok(low.auth.mfa.webauthn.verify(given));
  const claims = (await ok(low.auth.getClaims()))?.claims;
  expect(claims?.aal).toBe("aal2");
  expect(claims?.amr?.map((entry) => (typeof entry === "string" ? entry : entry.method)).sort()).toEqual([
    "mfa/webauthn",
    "password",
  ]);
  expect(await refusal(low.auth.mfa.webauthn.verify(given))).toMatchObject({ status: 422 });

  await ok(low.auth.mfa.unenroll({ factorId: factor.id }));
  await ok(low.auth.refreshSession());
  expect((await ok(low.auth.getClaims()))?.claims.aal).toBe("aal1");
});

const lies: [string, Lies][] = [
  ["another origin", { origin: "http://localhost:3001" }],
  ["another host name", { rpId: "evil.example" }],
  ["another challenge", { challenge: Buffer.alloc(32).toString("base64url") }],
  ["a count that went back", { signCount: 1 }],
];
test.each(lies)("%s is refused", async (_what, lie) => {
  const { client, email, factor, authenticator } = await enrolled();
  const low = service.client();
  await ok(low.auth.signInWithPassword({ email, password }));
  const { given } = await challenge(low, factor.id, authenticator, lie);
  expect(await refusal(low.auth.mfa.webauthn.verify(given))).toEqual({ code: "mfa_verification_failed", status: 422 });
  // A key needs no PIN where it is the second of two factors.
  const fair = await challenge(client, factor.id, authenticator, { unverified: true });
  await ok(client.auth.mfa.webauthn.verify(fair.given));
});

test("another person's key, a new key for a factor that has one, and no key at all are refused", async () => {
  const [ada, eve] = [await enrolled(), await enrolled()];
  const { given } = await challenge(ada.client, ada.factor.id, ada.authenticator);
  const hers = await challenge(eve.client, eve.factor.id, eve.authenticator);
  const mixed = { ...given, webauthn: hers.given.webauthn };
  const failed = { code: "mfa_verification_failed", status: 422 };
  expect(await refusal(ada.client.auth.mfa.webauthn.verify(mixed))).toEqual(failed);

  const fresh = await signedUp();
  const factor = await ok(fresh.client.auth.mfa.webauthn.enroll({ friendlyName: "mine" }));
  const made = await challenge(fresh.client, factor.id);
  const replaced = { ...given, webauthn: made.given.webauthn };
  expect(await refusal(ada.client.auth.mfa.webauthn.verify(replaced))).toEqual(failed);
  const none = ada.client.auth.mfa.verify({ factorId: ada.factor.id, challengeId: given.challengeId, code: "123456" });
  expect(await refusal(none)).toEqual({ code: "validation_failed", status: 400 });
  await ok(ada.client.auth.mfa.webauthn.verify(given));
});

test("a challenge runs out after five minutes", async () => {
  const { client, factor, authenticator } = await enrolled();
  const { given } = await challenge(client, factor.id, authenticator);
  service.advance(301);
  expect(await refusal(client.auth.mfa.webauthn.verify(given))).toMatchObject({ code: "mfa_challenge_expired" });
  service.advance(-301);
});
