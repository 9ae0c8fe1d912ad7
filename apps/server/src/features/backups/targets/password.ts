import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";
import { join } from "node:path";
import type { Database } from "../../../platform/database/database.ts";
import { compareSecret, sharedSecret } from "../../../platform/shared-secrets.ts";

/** The file that holds the password of all repositories of an installation. */
export function passwordFile(dataDir: string): string {
  return join(dataDir, "keys", passwordName);
}

const passwordName = "backup-password";

/**
 * The password of the repositories, made at first use: 160 random bits in groups that can be copied by hand. It lies outside the
 * database, which is itself in the backups and has a fingerprint of it alone. @throws SecretMismatch
 */
export function readOrMakePassword(db: Database, dataDir: string, linkKey: string): Promise<string> {
  return sharedSecret(db, dataDir, passwordName, { make: makePassword, key: linkKey });
}

/** @throws SecretMismatch where there is one, and not this installation's, or none where this installation has one */
export function comparePassword(db: Database, dataDir: string, linkKey: string): Promise<void> {
  return compareSecret(db, dataDir, passwordName, linkKey);
}

/** Letters and digits that cannot be taken for each other (Crockford's Base32). */
const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";

function makePassword(): string {
  const letters = [...randomBytes(32)].map((byte) => ALPHABET[byte & 31]).join("");
  return (letters.match(/.{4}/g) as string[]).join("-");
}

/** Secrets of targets lie sealed in the database: nonce (12), tag (16), ciphertext; AES-256-GCM under a key derived from the password. */
export function seal(password: string, text: string): Buffer {
  const nonce = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", sealingKey(password), nonce);
  const sealed = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), sealed]);
}

/** @throws Error where the password is another one, or the bytes were changed. */
export function unseal(password: string, sealed: Buffer): string {
  const cipher = createDecipheriv("aes-256-gcm", sealingKey(password), sealed.subarray(0, 12));
  cipher.setAuthTag(sealed.subarray(12, 28));
  return Buffer.concat([cipher.update(sealed.subarray(28)), cipher.final()]).toString("utf8");
}

function sealingKey(password: string): Buffer {
  return Buffer.from(hkdfSync("sha256", password, "", "holdfast backup target secret", 32));
}
