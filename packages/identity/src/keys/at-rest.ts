import { createCipheriv, createDecipheriv, createHmac, hkdfSync } from "node:crypto";
import * as z from "zod";
import type { SigningKeys } from "./signing-keys.ts";

/**
 * Text that the database holds encrypted, in the form of Supabase Auth's database encryption (AES-256-GCM, a key for each row by HKDF), so
 * that a service with the same key reads it: JSON with `key_id`, `alg`, `data` and `nonce`. A dump of the database opens nothing by itself.
 */
const sealed = z.object({
  key_id: z.string(),
  alg: z.literal("aes-gcm-hkdf"),
  data: z.base64(),
  nonce: z.base64(),
});

const tagBytes = 16;

const rowKey = ({ atRest }: SigningKeys, rowId: string) => Buffer.from(hkdfSync("sha256", atRest.key, "", rowId, 32));

/** The same text of the same row is always sealed alike: moving it there and back changes nothing. */
export function seal(keys: SigningKeys, rowId: string, text: string): string {
  const key = rowKey(keys, rowId);
  const nonce = createHmac("sha256", key).update(text).digest().subarray(0, 12);
  const cipher = createCipheriv("aes-256-gcm", key, nonce);
  const data = Buffer.concat([cipher.update(text, "utf8"), cipher.final(), cipher.getAuthTag()]);
  const parts = { data: data.toString("base64"), nonce: nonce.toString("base64") };
  return JSON.stringify({ key_id: keys.atRest.id, alg: "aes-gcm-hkdf", ...parts });
}

/** @returns the text as it is where it was not sealed; null where it was sealed with a key that is not here */
export function open(keys: SigningKeys, rowId: string, stored: string): string | null {
  if (!stored.startsWith("{")) return stored;
  try {
    const { key_id, data, nonce } = sealed.parse(JSON.parse(stored));
    if (key_id !== keys.atRest.id) return null;
    const bytes = Buffer.from(data, "base64");
    const decipher = createDecipheriv("aes-256-gcm", rowKey(keys, rowId), Buffer.from(nonce, "base64"));
    decipher.setAuthTag(bytes.subarray(-tagBytes));
    return Buffer.concat([decipher.update(bytes.subarray(0, -tagBytes)), decipher.final()]).toString("utf8");
  } catch {
    return null;
  }
}
