import type { SupabaseClient } from "@supabase/supabase-js";
import { afterAll, beforeAll, expect, test } from "vitest";
import { freshEmail, ok, password, type RunningIdentity, refusal, startIdentity } from "../testing/start-identity.ts";
import { totpCode } from "./totp.ts";

let service: RunningIdentity;
beforeAll(async () => {
  service = await startIdentity();
});
afterAll(() => service.close());

let clock = 0;
const codeOf = (secret: string) => totpCode(secret, Math.floor((Date.now() / 1000 + clock) / 30));
/** A code is good for one use, so a test that needs another one waits for it. */
const nextPeriod = () => {
  clock += 30;
  service.advance(30);
};

async function signedUp(): Promise<{ client: SupabaseClient; email: string }> {
  const client = service.client();
  const email = freshEmail();
  await ok(client.auth.signUp({ email, password }));
  return { client, email };
}

async function enrolled(client: SupabaseClient) {
  const factor = await ok(client.auth.mfa.enroll({ factorType: "totp", friendlyName: "phone" }));
  await ok(client.auth.mfa.challengeAndVerify({ factorId: factor.id, code: codeOf(factor.totp.secret) }));
  nextPeriod();
  return factor;
}

test("enrolment, and a session that is raised to aal2", async () => {
  const { client } = await signedUp();
  const former = (await ok(client.auth.getSession())).session;
  const factor = await ok(client.auth.mfa.enroll({ factorType: "totp", friendlyName: "phone" }));
  expect(factor.totp.qr_code).toMatch(/^data:image\/svg\+xml;utf-8,<svg/);
  expect(factor.totp.uri).toContain(`secret=${factor.totp.secret}`);
  expect((await ok(client.auth.mfa.listFactors())).totp).toHaveLength(0);
  const challenge = await ok(client.auth.mfa.challenge({ factorId: factor.id }));
  expect(challenge.expires_at - Date.now() / 1000).toBeGreaterThan(290);

  const wrong = client.auth.mfa.verify({ factorId: factor.id, challengeId: challenge.id, code: "000000" });
  expect(await refusal(wrong)).toEqual({ code: "mfa_verification_failed", status: 422 });
  const code = codeOf(factor.totp.secret);
  await ok(client.auth.mfa.verify({ factorId: factor.id, challengeId: challenge.id, code }));

  const level = await ok(client.auth.mfa.getAuthenticatorAssuranceLevel());
  expect(level).toMatchObject({ currentLevel: "aal2", nextLevel: "aal2" });
  const claims = (await ok(client.auth.getClaims()))?.claims;
  expect(claims?.aal).toBe("aal2");
  expect(claims?.amr?.map((entry) => (typeof entry === "string" ? entry : entry.method)).sort()).toEqual([
    "password",
    "totp",
  ]);
  expect((await ok(client.auth.getSession())).session?.refresh_token).not.toBe(former?.refresh_token);
  // The raised level lasts through a refresh.
  await ok(client.auth.refreshSession());
  expect((await ok(client.auth.getClaims()))?.claims.aal).toBe("aal2");
});

test("a code is good for one use, and a challenge for one answer", async () => {
  const { client } = await signedUp();
  const { id, totp } = await enrolled(client);
  const code = codeOf(totp.secret);
  const challenge = await ok(client.auth.mfa.challenge({ factorId: id }));
  await ok(client.auth.mfa.verify({ factorId: id, challengeId: challenge.id, code }));
  expect(await refusal(client.auth.mfa.challengeAndVerify({ factorId: id, code }))).toMatchObject({
    code: "mfa_verification_failed",
  });
  nextPeriod();
  const again = client.auth.mfa.verify({ factorId: id, challengeId: challenge.id, code: codeOf(totp.secret) });
  expect(await refusal(again)).toMatchObject({ code: "mfa_ip_address_mismatch" });
});

test("once enrolled, the password alone does not change the account", async () => {
  const { client, email } = await signedUp();
  const { id, totp } = await enrolled(client);
  const low = service.client();
  await ok(low.auth.signInWithPassword({ email, password }));
  expect(await ok(low.auth.mfa.getAuthenticatorAssuranceLevel())).toMatchObject({
    currentLevel: "aal1",
    nextLevel: "aal2",
  });
  expect(await refusal(low.auth.updateUser({ password: "a new password" }))).toEqual({
    code: "insufficient_aal",
    status: 401,
  });
  expect(await refusal(low.auth.updateUser({ email: freshEmail() }))).toEqual({
    code: "insufficient_aal",
    status: 401,
  });
  expect(await refusal(low.auth.mfa.unenroll({ factorId: id }))).toEqual({ code: "insufficient_aal", status: 422 });
  expect(await refusal(low.auth.mfa.enroll({ factorType: "totp", friendlyName: "second" }))).toEqual({
    code: "insufficient_aal",
    status: 403,
  });
  await ok(low.auth.mfa.challengeAndVerify({ factorId: id, code: codeOf(totp.secret) }));
  await ok(low.auth.updateUser({ password: "a new password" }));
  nextPeriod();
});

test("raising one session ends those that the password alone opened", async () => {
  const { client, email } = await signedUp();
  const elsewhere = service.client();
  await ok(elsewhere.auth.signInWithPassword({ email, password }));
  await enrolled(client);
  expect(await refusal(elsewhere.auth.refreshSession())).toMatchObject({ code: "refresh_token_not_found" });
  await ok(client.auth.getUser());
});

test("without the factor the session falls back to aal1", async () => {
  const { client } = await signedUp();
  const { id } = await enrolled(client);
  await ok(client.auth.mfa.unenroll({ factorId: id }));
  await ok(client.auth.refreshSession());
  expect((await ok(client.auth.getClaims()))?.claims).toMatchObject({ aal: "aal1", amr: [{ method: "password" }] });
  await ok(client.auth.updateUser({ password: "a new password" }));
});

test("a challenge expires, and is bound to the address that asked for it", async () => {
  const { client } = await signedUp();
  const { id, totp } = await ok(client.auth.mfa.enroll({ factorType: "totp", friendlyName: "phone" }));
  const { session } = await ok(client.auth.getSession());
  const post = async (path: string, ip: string, body: object) => {
    const response = await fetch(`${service.url}/auth/v1/factors/${id}/${path}`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${session?.access_token}`,
        "x-forwarded-for": ip,
        "x-supabase-api-version": "2024-01-01",
      },
      body: JSON.stringify(body),
    });
    return (await response.json()) as { id: string; code?: string };
  };
  const challenge = await post("challenge", "203.0.113.1", {});
  const answer = { challenge_id: challenge.id, code: codeOf(totp.secret) };
  expect((await post("verify", "203.0.113.2", answer)).code).toBe("mfa_ip_address_mismatch");
  service.advance(301);
  clock += 301;
  const late = { challenge_id: challenge.id, code: codeOf(totp.secret) };
  expect((await post("verify", "203.0.113.1", late)).code).toBe("mfa_challenge_expired");
});

test("names are unique, and the number of factors is limited", async () => {
  const { client } = await signedUp();
  await ok(client.auth.mfa.enroll({ factorType: "totp", friendlyName: "phone" }));
  const enroll = (friendlyName: string) => client.auth.mfa.enroll({ factorType: "totp", friendlyName });
  expect(await refusal(enroll("phone"))).toEqual({ code: "mfa_factor_name_conflict", status: 422 });
  service.config.mfa = { ...service.config.mfa, maxEnrolledFactors: 1 };
  expect(await refusal(enroll("other"))).toEqual({ code: "too_many_enrolled_mfa_factors", status: 422 });
  service.config.mfa = { ...service.config.mfa, maxEnrolledFactors: 10, enroll: false };
  expect(await refusal(enroll("other"))).toEqual({ code: "mfa_totp_enroll_not_enabled", status: 422 });
  service.config.mfa = { ...service.config.mfa, enroll: true };
  expect(await refusal(client.auth.mfa.enroll({ factorType: "phone", phone: "+4911", friendlyName: "x" }))).toEqual({
    code: "mfa_phone_enroll_not_enabled",
    status: 422,
  });
});

test("nobody reaches another person's factor", async () => {
  const [mine, theirs] = [await signedUp(), await signedUp()];
  const { id } = await enrolled(theirs.client);
  expect(await refusal(mine.client.auth.mfa.challenge({ factorId: id }))).toEqual({
    code: "mfa_factor_not_found",
    status: 404,
  });
  expect(await refusal(mine.client.auth.mfa.unenroll({ factorId: id }))).toEqual({
    code: "mfa_factor_not_found",
    status: 404,
  });
});

test("an administrator sees and removes the factor of a person who lost the authenticator", async () => {
  const { client, email } = await signedUp();
  const { id } = await enrolled(client);
  const userId = (await ok(client.auth.getUser())).user.id;
  const { mfa } = service.admin().auth.admin;
  expect((await ok(mfa.listFactors({ userId }))).factors).toMatchObject([
    { id, friendly_name: "phone", status: "verified" },
  ]);
  await ok(mfa.deleteFactor({ id, userId }));
  const again = service.client();
  await ok(again.auth.signInWithPassword({ email, password }));
  expect(await ok(again.auth.mfa.getAuthenticatorAssuranceLevel())).toMatchObject({
    currentLevel: "aal1",
    nextLevel: "aal1",
  });
});

test("challenges that are asked for at once are all made", async () => {
  const { client } = await signedUp();
  const { id } = await enrolled(client);
  const answers = await Promise.all(Array.from({ length: 30 }, () => client.auth.mfa.challenge({ factorId: id })));
  expect(answers.filter(({ error }) => error !== null)).toEqual([]);
});
