import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createLocalJWKSet, createRemoteJWKSet, exportJWK, generateKeyPair, type JWTPayload, SignJWT } from "jose";
import { beforeAll, expect, test, vi } from "vitest";
import { createTokenVerifier } from "./access-token.ts";

const userId = "6f9619ff-8b86-4011-b42d-00c04fc964ff";
const sessionId = "7f9619ff-8b86-4011-b42d-00c04fc964ff";
const secret = new TextEncoder().encode("a secret that is shared with the service");
const noon = new Date("2026-01-01T12:00:00Z");
let pair: Awaited<ReturnType<typeof generateKeyPair>>;
let publicBytes: Uint8Array;
let jwks: ReturnType<typeof createLocalJWKSet>;

beforeAll(async () => {
  pair = await generateKeyPair("ES256", { extractable: true });
  const jwk = await exportJWK(pair.publicKey);
  publicBytes = new TextEncoder().encode(JSON.stringify(jwk));
  jwks = createLocalJWKSet({ keys: [{ ...jwk, kid: "one", alg: "ES256" }] });
});

function sign(alg: "ES256" | "HS256", key: CryptoKey | Uint8Array, claims: JWTPayload = {}): Promise<string> {
  const usual = {
    sub: userId,
    session_id: sessionId,
    role: "authenticated",
    aud: "authenticated",
    iss: "here",
    exp: noon.getTime() / 1000 + 60,
  };
  return new SignJWT({ ...usual, ...claims }).setProtectedHeader({ alg, kid: "one" }).sign(key as CryptoKey);
}

function setUp(issuer?: string) {
  let now = noon;
  const keyFor = vi.fn((header: { alg?: string }, token: never) =>
    header.alg === "HS256" ? secret : jwks(header as never, token),
  );
  const verifier = createTokenVerifier(keyFor as never, { now: () => now }, issuer);
  return {
    keyFor,
    pass: (seconds: number) => {
      now = new Date(now.getTime() + seconds * 1000);
    },
    verdict: (token: string) =>
      verifier.verify(token).then(
        (verified) => verified.userId === userId && verified.sessionId === sessionId,
        (error: { code: string }) => error.code,
      ),
  };
}

test("takes what the service signed, by either kind of key", async () => {
  const { verdict } = setUp();
  expect(await verdict(await sign("ES256", pair.privateKey))).toBe(true);
  expect(await verdict(await sign("HS256", secret))).toBe(true);
});

test("the key decides the algorithm: a public key is no shared secret", async () => {
  const { verdict } = setUp();
  expect(await verdict(await sign("HS256", publicBytes))).toBe("unauthenticated");
  const other = await generateKeyPair("ES256");
  expect(await verdict(await sign("ES256", other.privateKey))).toBe("unauthenticated");
});

test.each([
  [{ role: "service_role" }],
  [{ role: "anon" }],
  [{ session_id: undefined }],
  [{ session_id: "x" }],
  [{ sub: undefined }],
  [{ sub: "admin" }],
  [{ aud: "other" }],
  [{ exp: undefined }],
  [{ exp: noon.getTime() / 1000 - 1 }],
  [{ nbf: noon.getTime() / 1000 + 60 }],
])("refuses %o", async (claims) => {
  expect(await setUp().verdict(await sign("ES256", pair.privateKey, claims))).toBe("unauthenticated");
});

test("the issuer counts where it is configured", async () => {
  const token = await sign("ES256", pair.privateKey);
  expect(await setUp("here").verdict(token)).toBe(true);
  expect(await setUp("elsewhere").verdict(token)).toBe("unauthenticated");
});

test("a good token is checked once, and not a second longer than it lives", async () => {
  const { verdict, keyFor, pass } = setUp();
  const token = await sign("ES256", pair.privateKey);
  for (let i = 0; i < 3; i++) expect(await verdict(token)).toBe(true);
  expect(keyFor).toHaveBeenCalledTimes(1);
  pass(61);
  expect(await verdict(token)).toBe("unauthenticated");
});

test("keys that cannot be fetched say nothing about a token", async () => {
  const answers = createServer((_request, response) => void response.writeHead(502).end());
  await new Promise<void>((resolve) => answers.listen(0, "127.0.0.1", resolve));
  const { port } = answers.address() as AddressInfo;
  const token = await sign("ES256", pair.privateKey);
  const verdict = (url: string) =>
    createTokenVerifier(createRemoteJWKSet(new URL(url)), { now: () => noon })
      .verify(token)
      .catch((error: { code: string }) => error.code);
  expect(await verdict(`http://127.0.0.1:${port}/`)).toBe("unavailable");
  await new Promise((resolve) => answers.close(resolve));
  expect(await verdict(`http://127.0.0.1:${port}/`)).toBe("unavailable");
});
