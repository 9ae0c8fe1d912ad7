import { SignJWT } from "jose";
import { expect, test } from "vitest";
import { mintApiKey, signAccessToken, verifyAccessToken } from "./access-token.ts";
import { createSigningKeys, importSigningKeys, rotateSigningKeys } from "./signing-keys.ts";

const claims = (exp = Math.floor(Date.now() / 1000) + 60) => ({ sub: "x", role: "authenticated", iat: exp - 60, exp });

test("a set that was stored signs and verifies as before", async () => {
  const keys = await createSigningKeys();
  const stored = JSON.stringify(keys.privateJwks);
  const again = await importSigningKeys(stored);
  const token = await signAccessToken(again, claims());
  expect(await verifyAccessToken(keys, token)).toMatchObject({ sub: "x" });
  expect(again.codeSecret.equals(keys.codeSecret)).toBe(true);
  expect(JSON.stringify(keys.publicJwks)).not.toContain('"d"');
  expect(keys.publicJwks.keys).toMatchObject([
    { kty: "EC", crv: "P-256", alg: "ES256", use: "sig", key_ops: ["verify"] },
  ]);
});

test("rotation signs with a new key, keeps the former for verification only, and drops the oldest", async () => {
  const first = await createSigningKeys();
  const apiKey = await mintApiKey(first, "service_role");
  const second = await rotateSigningKeys(first, 1);
  expect(second.signing.kid).not.toBe(first.signing.kid);
  expect(await verifyAccessToken(second, apiKey)).toMatchObject({ role: "service_role" });
  expect(second.privateJwks.keys.filter(({ d }) => d !== undefined)).toHaveLength(1);
  expect(second.publicJwks.keys.map(({ kid }) => kid)).toEqual([second.signing.kid, first.signing.kid]);
  const third = await rotateSigningKeys(second, 1);
  await expect(verifyAccessToken(third, apiKey)).rejects.toMatchObject({ status: 403, code: "bad_jwt" });
});

test("tokens of others are refused", async () => {
  const [ours, theirs] = [await createSigningKeys(), await createSigningKeys()];
  const kid = ours.signing.kid;
  const forged = [
    await signAccessToken(theirs, claims()),
    await new SignJWT(claims()).setProtectedHeader({ alg: "ES256", kid }).sign(theirs.signing.key),
    // The public key taken as a secret.
    await new SignJWT(claims())
      .setProtectedHeader({ alg: "HS256", kid })
      .sign(new TextEncoder().encode(JSON.stringify(ours.publicJwks.keys[0]))),
    await new SignJWT(claims()).setProtectedHeader({ alg: "ES256" }).sign(ours.signing.key),
    await new SignJWT({ sub: "x", role: "authenticated" })
      .setProtectedHeader({ alg: "ES256", kid })
      .sign(ours.signing.key),
    await signAccessToken(ours, claims(Math.floor(Date.now() / 1000) - 1)),
    "not a token",
  ];
  for (const token of forged) await expect(verifyAccessToken(ours, token)).rejects.toMatchObject({ code: "bad_jwt" });
});

test("a stored set must have exactly one signing key", async () => {
  const keys = await createSigningKeys();
  const other = await createSigningKeys();
  const [key] = keys.privateJwks.keys;
  for (const wrong of [
    { keys: [] },
    { keys: [...keys.privateJwks.keys, ...other.privateJwks.keys] },
    keys.publicJwks,
    { keys: [key, key] },
    { keys: [{ kty: "oct", k: "AA", kid: "x", key_ops: ["sign"] }] },
  ]) {
    await expect(importSigningKeys(wrong)).rejects.toThrow(TypeError);
  }
});
