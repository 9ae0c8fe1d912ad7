import { createHmac, timingSafeEqual } from "node:crypto";

/** Format: docs/design/sharing-links.md. */
const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const length = 43;
const pattern = /^[0-9A-Za-z]{43}$/;
const base = 62n;
const limit = 1n << 256n;
const digits = new Map([...alphabet].map((character, i) => [character, BigInt(i)]));

export interface LinkKeys {
  readonly token: Buffer;
  readonly unlock: Buffer;
  readonly recipient: Buffer;
}

/** @param linkKey the 32 bytes of `<dataDir>/keys/link-key`, the same on all nodes */
export function deriveLinkKeys(linkKey: Buffer): LinkKeys {
  const derive = (use: string) => createHmac("sha256", linkKey).update(`holdfast share ${use} v1`).digest();
  return { token: derive("token"), unlock: derive("unlock"), recipient: derive("recipient") };
}

/** A UUID as its 16 bytes. */
export function idBytes(id: string): Buffer {
  return Buffer.from(id.replaceAll("-", ""), "hex");
}

function mac(keys: LinkKeys, id: Buffer): Buffer {
  return createHmac("sha256", keys.token).update(id).digest().subarray(0, 16);
}

/** The token that opens the link. */
export function encodeToken(keys: LinkKeys, linkId: string): string {
  const id = idBytes(linkId);
  let value = BigInt(`0x${id.toString("hex")}${mac(keys, id).toString("hex")}`);
  let token = "";
  for (let i = 0; i < length; i++) {
    token = alphabet[Number(value % base)] + token;
    value /= base;
  }
  return token;
}

/** The id of the link that the token opens, or null where nobody who has the key has made it. */
export function decodeToken(keys: LinkKeys, token: string): string | null {
  if (!pattern.test(token)) return null;
  let value = 0n;
  for (const character of token) value = value * base + (digits.get(character) as bigint);
  if (value >= limit) return null;
  const bytes = Buffer.from(value.toString(16).padStart(64, "0"), "hex");
  const id = bytes.subarray(0, 16);
  if (!timingSafeEqual(bytes.subarray(16), mac(keys, id))) return null;
  const hex = id.toString("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
