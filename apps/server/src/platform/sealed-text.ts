import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";

/** Text that lies in the database so that a dump of it alone opens nothing. */
export interface Sealing {
  /** Nonce (12), tag (16), ciphertext; AES-256-GCM. */
  seal(text: string): Buffer;
  /** Null where the key is another one, or the bytes were changed. */
  open(sealed: Buffer): string | null;
}

/** @param purpose keeps what is sealed for one thing from being opened as another */
export function createSealing(secret: string, purpose: string): Sealing {
  const key = Buffer.from(hkdfSync("sha256", secret, "", purpose, 32));
  return {
    seal(text) {
      const nonce = randomBytes(12);
      const cipher = createCipheriv("aes-256-gcm", key, nonce);
      const bytes = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), bytes]);
    },
    open(sealed) {
      try {
        const cipher = createDecipheriv("aes-256-gcm", key, sealed.subarray(0, 12));
        cipher.setAuthTag(sealed.subarray(12, 28));
        return Buffer.concat([cipher.update(sealed.subarray(28)), cipher.final()]).toString("utf8");
      } catch {
        return null;
      }
    },
  };
}
