import { expect, test } from "vitest";
import { matchTotp, newTotpSecret, totpCode, totpUri } from "./totp.ts";

/** "12345678901234567890", the secret of the test vectors in RFC 6238, appendix B, whose last six digits these are. */
const secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

test.each([
  [59, "287082"],
  [1111111109, "081804"],
  [1111111111, "050471"],
  [1234567890, "005924"],
  [2000000000, "279037"],
  [20000000000, "353130"],
])("RFC 6238 at %i s", (seconds, code) => {
  expect(totpCode(secret, Math.floor(seconds / 30))).toBe(code);
  expect(matchTotp(secret, code, new Date(seconds * 1000))).toBe(Math.floor(seconds / 30));
});

test("a clock that is one step off is forgiven, two steps are not", () => {
  const now = new Date(1_700_000_000_000);
  const step = Math.floor(1_700_000_000 / 30);
  for (const [shift, found] of [
    [-2, false],
    [-1, true],
    [0, true],
    [1, true],
    [2, false],
  ] as const) {
    expect(matchTotp(secret, totpCode(secret, step + shift), now) !== undefined).toBe(found);
  }
});

test("new secrets have 160 bits and go into the address for authenticator apps", () => {
  const made = newTotpSecret();
  expect(made).toMatch(/^[A-Z2-7]{32}$/);
  expect(newTotpSecret()).not.toBe(made);
  const uri = new URL(totpUri(made, "Hold fast", "a+b@example.org"));
  expect(uri.protocol + uri.host).toBe("otpauth:totp");
  expect(decodeURIComponent(uri.pathname)).toBe("/Hold fast:a+b@example.org");
  expect(Object.fromEntries(uri.searchParams)).toEqual({
    algorithm: "SHA1",
    digits: "6",
    issuer: "Hold fast",
    period: "30",
    secret: made,
  });
});
