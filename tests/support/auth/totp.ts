import { createHmac } from "node:crypto";

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** The code of RFC 6238 with its defaults. `steps`: of 30 s from now; no code is accepted twice, and the next one is accepted already. */
export function totp(secret: string, steps = 0): string {
  let bits = 0n;
  for (const letter of secret) bits = (bits << 5n) | BigInt(alphabet.indexOf(letter));
  const length = Math.floor((secret.length * 5) / 8);
  const hex = (bits >> BigInt(secret.length * 5 - length * 8)).toString(16).padStart(length * 2, "0");
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + steps));
  const mac = createHmac("sha1", Buffer.from(hex, "hex")).update(counter).digest();
  const offset = (mac[19] as number) & 15;
  return String((mac.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}
