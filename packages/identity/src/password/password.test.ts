import { hash as bcryptHash } from "bcryptjs";
import { describe, expect, test } from "vitest";
import { formatArgon2, parseArgon2 } from "./argon2-format.ts";
import { createPasswordHasher } from "./hash-password.ts";

const hasher = createPasswordHasher();

describe("hashes that are verified", () => {
  // The argon2 ones are from the test-suite of the reference implementation (password "password", salt "somesalt"); the
  // Firebase one is the example in the README of firebase/scrypt.
  const cases: [string, string, string][] = [
    ["argon2i", "password", "$argon2i$v=19$m=256,t=2,p=1$c29tZXNhbHQ$iekCn0Y3spW+sCcFanM2xBT63UP2sghkUoHLIUpWRS8"],
    ["argon2id", "password", "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4"],
    [
      "argon2id, two lanes",
      "password",
      "$argon2id$v=19$m=256,t=2,p=2$c29tZXNhbHQ$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc",
    ],
    [
      "Firebase scrypt",
      "user1password",
      "$fbscrypt$v=1,n=14,r=8,p=1,ss=Bw==,sk=jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA==" +
        "$42xEC+ixf3L2lw==$lSrfV15cpx95/sZS2W9c9Kp6i/LVgQNDNC/qzrCnh1SAyZvqmZqAjTdn3aoItz+VHjoZilo78198JAdRuid5lQ==",
    ],
    ["bcrypt", "U*U*U", "$2a$05$XXXXXXXXXXXXXXXXXXXXXOAcXxm9kjPGEMsLznoKqmqw7tc8WCx4a"],
    ["bcrypt, $2y", "U*U*", "$2y$05$CCCCCCCCCCCCCCCCCCCCC.VGOzA784oUp/Z0DY336zx7pLYAy0lwK"],
  ];
  test.each(cases)("%s", async (_name, password, stored) => {
    expect(await hasher.verify(password, stored)).toBe(true);
    expect(await hasher.verify(`${password}x`, stored)).toBe(false);
  });

  test("our own, each with its own salt", async () => {
    const [first, second] = [await hasher.hash("pässword"), await hasher.hash("pässword")];
    expect(first).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
    expect(first).not.toBe(second);
    expect(await hasher.verify("pässword", first)).toBe(true);
    expect(await hasher.verify("password", first)).toBe(false);
  });
});

test("nothing else is taken for a hash", async () => {
  for (const stored of [
    null,
    "",
    "password",
    "$1$x$y",
    "$argon2d$v=19$m=256,t=2,p=1$c29tZXNhbHQ$AAAAAAAA",
    "$fbscrypt$v=2,n=14,r=8,p=1$a$b",
  ]) {
    expect(await hasher.verify("password", stored)).toBe(false);
  }
});

test("bcrypt does not see beyond 72 bytes, so longer passwords do not match", async () => {
  const long = "a".repeat(72);
  const stored = await bcryptHash(long, 4);
  expect(await hasher.verify(long, stored)).toBe(true);
  expect(await hasher.verify(`${long}b`, stored)).toBe(false);
});

test("hashes that would cost too much are not tried", () => {
  const hash = {
    algorithm: "argon2id",
    memory: 19_456,
    passes: 2,
    parallelism: 1,
    salt: Buffer.alloc(16),
    tag: Buffer.alloc(32),
  } as const;
  expect(parseArgon2(formatArgon2(hash))).toEqual(hash);
  for (const excess of [
    { memory: 1_048_577 },
    { passes: 21 },
    { parallelism: 17 },
    { passes: 0 },
    { parallelism: 0 },
  ]) {
    expect(parseArgon2(formatArgon2({ ...hash, ...excess }))).toBeUndefined();
  }
});

test("few are hashed at a time, some wait, and the rest is told to come back", async () => {
  const small = createPasswordHasher({ concurrency: 1, queueLimit: 3 });
  const outcomes = await Promise.allSettled(Array.from({ length: 10 }, () => small.hash("password")));
  expect(outcomes.map(({ status }) => status)).toEqual([...Array(4).fill("fulfilled"), ...Array(6).fill("rejected")]);
  expect((outcomes[9] as PromiseRejectedResult).reason).toMatchObject({ status: 503, retryAfterSeconds: 3 });
  await expect(small.hash("password")).resolves.toMatch(/^\$argon2id/);
});
