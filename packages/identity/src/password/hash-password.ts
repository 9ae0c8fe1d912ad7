import { argon2, randomBytes, timingSafeEqual } from "node:crypto";
import { availableParallelism } from "node:os";
import bcrypt from "bcryptjs";
import { serverBusy } from "../errors.ts";
import { createLimit } from "../limit.ts";
import { type Argon2Hash, formatArgon2, parseArgon2 } from "./argon2-format.ts";
import { verifyFirebaseScrypt } from "./firebase-scrypt.ts";

/**
 * argon2id with 19 MiB and two passes, OWASP's recommendation for small memory: about 30 ms a hash on one core. The larger
 * usual setting (64 MiB) costs three times the memory and time for the same margin, and Holdfast shares small machines
 * with the database. Supabase Auth verifies these strings, so they move there unchanged.
 */
const parameters = { memory: 19_456, passes: 2, parallelism: 1 } as const;

export interface PasswordHasher {
  hash(password: string): Promise<string>;
  /** False for a wrong password and for a hash that no known scheme reads. `null` costs as much as a real check. */
  verify(password: string, stored: string | null): Promise<boolean>;
}

export interface PasswordHasherOptions {
  /** Hashes at a time. They run on libuv's pool of four threads, which file access shares. */
  concurrency?: number;
  /** How many may wait; the next one is refused with 503 server_busy. */
  queueLimit?: number;
}

export function createPasswordHasher(options: PasswordHasherOptions = {}): PasswordHasher {
  const limit = createLimit(options.concurrency ?? Math.min(2, availableParallelism()), options.queueLimit ?? 128, () =>
    serverBusy(3),
  );
  const dummy: Argon2Hash = { algorithm: "argon2id", ...parameters, salt: randomBytes(16), tag: randomBytes(32) };

  return {
    hash: (password) =>
      limit(async () => {
        const salt = randomBytes(16);
        const tag = await derive({ algorithm: "argon2id", ...parameters, salt, tag: Buffer.alloc(32) }, password);
        return formatArgon2({ algorithm: "argon2id", ...parameters, salt, tag });
      }),
    verify: (password, stored) =>
      limit(async () => {
        if (stored?.startsWith("$2")) return Buffer.byteLength(password) <= 72 && bcrypt.compare(password, stored);
        if (stored?.startsWith("$fbscrypt$")) return verifyFirebaseScrypt(password, stored);
        const known = stored === null ? undefined : parseArgon2(stored);
        const expected = known ?? dummy;
        const matches = timingSafeEqual(await derive(expected, password), expected.tag);
        return matches && known !== undefined;
      }),
  };
}

function derive(hash: Argon2Hash, password: string): Promise<Buffer> {
  const { algorithm, salt, tag, ...cost } = hash;
  return new Promise((resolve, reject) =>
    argon2(algorithm, { message: password, nonce: salt, tagLength: tag.length, ...cost }, (error, key) =>
      error ? reject(error) : resolve(key),
    ),
  );
}
