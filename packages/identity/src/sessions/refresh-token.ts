import { createHash, createHmac, timingSafeEqual } from "node:crypto";

/**
 * Refresh tokens of Supabase Auth's second kind, which are stored nowhere: version 0, the session, a counter, an HMAC-SHA-256 over these
 * with a key of the session (128 bits of it), and four bytes of SHA-256 to refuse what was mistyped. Base64url.
 */
export interface ParsedRefreshToken {
  readonly sessionId: string;
  readonly counter: bigint;
  isSignedWith(key: Buffer): boolean;
}

const [sessionBytes, signatureBytes, checksumBytes] = [16, 16, 4];
const shortest = 1 + sessionBytes + 1 + signatureBytes + checksumBytes;
const longest = shortest + 9;

export function encodeRefreshToken(sessionId: string, counter: bigint, key: Buffer): string {
  const id = Buffer.from(sessionId.replaceAll("-", ""), "hex");
  const said = Buffer.concat([Buffer.from([0]), id, uvarint(counter)]);
  const signed = Buffer.concat([said, sign(said, key)]);
  return Buffer.concat([signed, checksum(signed)]).toString("base64url");
}

/** @returns null for what is no token of this kind; whether it is genuine, the session's key tells */
export function parseRefreshToken(token: string): ParsedRefreshToken | null {
  if (!/^[\w-]{50,70}$/.test(token)) return null;
  const bytes = Buffer.from(token, "base64url");
  if (bytes.length < shortest || bytes.length > longest || bytes[0] !== 0) return null;
  const signed = bytes.subarray(0, -checksumBytes);
  if (!checksum(signed).equals(bytes.subarray(-checksumBytes))) return null;
  const said = signed.subarray(0, -signatureBytes);
  const counter = readUvarint(said.subarray(1 + sessionBytes));
  if (counter === null) return null;
  const id = said.subarray(1, 1 + sessionBytes).toString("hex");
  return {
    sessionId: id.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5"),
    counter,
    isSignedWith: (key) => timingSafeEqual(sign(said, key), signed.subarray(-signatureBytes)),
  };
}

const sign = (said: Buffer, key: Buffer) => createHmac("sha256", key).update(said).digest().subarray(0, signatureBytes);

const checksum = (signed: Buffer) => createHash("sha256").update(signed).digest().subarray(0, checksumBytes);

/** As Go's encoding/binary writes it: seven bits a byte, the lowest first. */
function uvarint(value: bigint): Buffer {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>= 7n) {
    if (rest < 0x80n) return Buffer.from([...bytes, Number(rest)]);
    bytes.push(Number(rest & 0x7fn) | 0x80);
  }
}

/** Exactly one number that a bigint column holds. */
function readUvarint(bytes: Buffer): bigint | null {
  let value = 0n;
  for (const [index, byte] of bytes.entries()) {
    value |= BigInt(byte & 0x7f) << BigInt(7 * index);
    if (byte < 0x80) return index === bytes.length - 1 && value < 2n ** 63n ? value : null;
  }
  return null;
}
