import { decodeProtectedHeader, exportJWK, generateKeyPair, SignJWT } from "jose";
import { expect, test } from "vitest";
import { mintApiKey, signAccessToken, verifyAccessToken } from "./access-token.ts";
import { explainKeySet } from "./key-set.ts";
import { createSigningKeys, importSigningKeys, rotateSigningKeys } from "./signing-keys.ts";

const jwkOf = async (alg: "ES256" | "RS256", kid: string, ops: string[] = ["sign"]) => {
  const { privateKey } = await generateKeyPair(alg, { extractable: true });
  return { ...(await exportJWK(privateKey)), kid, alg, key_ops: ops };
};
const secret = "a secret of at least thirty-two characters";
const octet = (kid: string, ops: string[]) => ({
  ...{ kty: "oct", alg: "HS256", kid, key_ops: ops },
  k: Buffer.from(secret).toString("base64url"),
});

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
    // Without a secret no HS256 counts, whatever it names.
    await new SignJWT(claims()).setProtectedHeader({ alg: "HS256" }).sign(new TextEncoder().encode(secret)),
    await signAccessToken(ours, claims(Math.floor(Date.now() / 1000) - 1)),
    "not a token",
  ];
  for (const token of forged) await expect(verifyAccessToken(ours, token)).rejects.toMatchObject({ code: "bad_jwt" });
});

test.each(["ES256", "RS256"] as const)(
  "a set that signs with %s as Supabase Auth has it: an array, and more operations",
  async (alg) => {
    const keys = await importSigningKeys([await jwkOf(alg, "one", ["sign", "verify"]), octet("old", ["verify"])]);
    const token = await signAccessToken(keys, claims());
    expect(decodeProtectedHeader(token)).toMatchObject({ alg, kid: "one" });
    expect(await verifyAccessToken(keys, token)).toMatchObject({ sub: "x" });
    const old = new SignJWT(claims()).setProtectedHeader({ alg: "HS256", kid: "old" });
    expect(await verifyAccessToken(keys, await old.sign(new TextEncoder().encode(secret)))).toMatchObject({ sub: "x" });
    // A secret that is shared is nobody's to fetch.
    expect(keys.publicJwks.keys).toMatchObject([{ kid: "one", alg, key_ops: ["verify"] }]);
    expect(JSON.stringify(keys.publicJwks)).not.toMatch(/"(d|p|q|dp|dq|qi|k)":/);
  },
);

test("a secret that signs is published nowhere, and goes on verifying after a rotation", async () => {
  const keys = await importSigningKeys([octet("shared", ["sign"])]);
  const token = await signAccessToken(keys, claims());
  expect(keys.publicJwks.keys).toEqual([]);
  const rotated = await rotateSigningKeys(keys);
  expect(rotated.signing.alg).toBe("ES256");
  expect(rotated.publicJwks.keys.map(({ kid }) => kid)).toEqual([rotated.signing.kid]);
  expect(await verifyAccessToken(rotated, token)).toMatchObject({ sub: "x" });
  expect(rotated.atRest).toEqual(keys.atRest);
  expect((await rotateSigningKeys(rotated, 1)).atRest).toEqual(keys.atRest);
});

test("a JWT secret beside the set: its HS256 tokens count, with a kid of its own or none, and with no other algorithm", async () => {
  const set = (await createSigningKeys()).privateJwks;
  const keys = await importSigningKeys(set, { secret });
  const bytes = new TextEncoder().encode(secret);
  for (const kid of [undefined, "elsewhere"]) {
    const header = { alg: "HS256", ...(kid ? { kid } : {}) };
    const token = await new SignJWT(claims()).setProtectedHeader(header).sign(bytes);
    expect(await verifyAccessToken(keys, token)).toMatchObject({ sub: "x" });
  }
  for (const header of [{ alg: "HS256", kid: keys.signing.kid }, { alg: "HS384" }]) {
    const token = await new SignJWT(claims()).setProtectedHeader(header).sign(bytes);
    await expect(verifyAccessToken(keys, token)).rejects.toMatchObject({ code: "bad_jwt" });
  }
});

test("a wrong set is explained: which key, and what is wrong with it", async () => {
  const [one, other] = [await jwkOf("ES256", "one"), await jwkOf("ES256", "two")];
  const short = await exportJWK((await generateKeyPair("RS256", { extractable: true })).publicKey);
  const cases: [unknown, string][] = [
    ["{", "The key set is not JSON."],
    [{ keys: [] }, "The key set has no keys"],
    [[one, other], 'Each of "one" and "two" of the set is marked to sign: exactly one key must'],
    [[{ ...one, key_ops: ["verify"] }], "No key of the set is marked to sign"],
    [[one, { ...other, kid: "one", key_ops: ["verify"] }], 'Two keys of the set have the kid "one"'],
    [[{ ...one, kid: undefined }], 'Key 1 of the set has no valid "kid"'],
    [[{ ...one, d: undefined }], 'The key "one" is marked to sign, but has no private part'],
    [[{ ...one, d: other.d }], 'The key "one" has a private part that does not fit its public part'],
    [[{ ...one, x: "AA" }], 'The key "one" cannot be read'],
    [[{ ...one, crv: "P-384", alg: "ES384" }], 'The key "one" is of the curve P-384'],
    [[{ ...one, alg: "RS256" }], 'The key "one" names the algorithm RS256'],
    [[one, { kty: "OKP", kid: "ed", key_ops: ["verify"] }], 'The key "ed" is of the kind OKP'],
    [[{ kty: "oct", k: "AA", kid: "x", key_ops: ["sign"] }], 'The key "x" is shorter than 32 bytes'],
    [[one, { ...short, n: short.n?.slice(0, 171), kid: "rsa" }], 'The key "rsa" has 1024 bits'],
  ];
  for (const [set, sentence] of cases) {
    await expect(importSigningKeys(set), sentence).rejects.toThrow(sentence);
    expect(explainKeySet(typeof set === "string" ? set : JSON.stringify(set))).toContain(sentence);
  }
  expect(explainKeySet(JSON.stringify([one]))).toBeNull();
});
