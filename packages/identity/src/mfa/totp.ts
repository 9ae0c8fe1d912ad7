import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";

/** RFC 6238 with what every authenticator app does: SHA-1, six digits, 30 seconds. */
const digits = 6;
const periodSeconds = 30;
const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** 160 bits in base32 without padding. */
export function newTotpSecret(): string {
  let bits = "";
  for (const byte of randomBytes(20)) bits += byte.toString(2).padStart(8, "0");
  return (bits.match(/.{5}/g) ?? []).map((five) => alphabet[Number.parseInt(five, 2)]).join("");
}

/** For QR codes; the issuer is in the label as well, since some apps read it only there. */
export function totpUri(secret: string, issuer: string, account: string): string {
  const label = `${encodeURIComponent(issuer)}:${encodeURIComponent(account)}`;
  const parameters = { algorithm: "SHA1", digits, issuer, period: periodSeconds, secret };
  const query = Object.entries(parameters).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  return `otpauth://totp/${label}?${query.join("&")}`;
}

/**
 * @param tolerance steps before and after the present one that are accepted, for clocks that are off.
 * @returns the step (periods since 1970) that the code belongs to; undefined when it fits none.
 */
export function matchTotp(secret: string, code: string, now: Date, tolerance = 1): number | undefined {
  if (!/^\d{6}$/.test(code)) return undefined;
  const present = Math.floor(now.getTime() / 1000 / periodSeconds);
  for (let step = present - tolerance; step <= present + tolerance; step++) {
    if (timingSafeEqual(Buffer.from(totpCode(secret, step)), Buffer.from(code))) return step;
  }
  return undefined;
}

export function totpCode(secret: string, step: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac("sha1", decodeBase32(secret)).update(counter).digest();
  const offset = (mac[19] as number) & 0xf;
  return String((mac.readUInt32BE(offset) & 0x7fff_ffff) % 10 ** digits).padStart(digits, "0");
}

function decodeBase32(text: string): Buffer {
  let bits = "";
  for (const character of text.toUpperCase().replace(/=+$/, "")) {
    bits += alphabet.indexOf(character).toString(2).padStart(5, "0");
  }
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
}
