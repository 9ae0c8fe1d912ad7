import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import type { FastifyReply, FastifyRequest } from "fastify";
import { isSecure } from "../../../platform/http/connection/https.ts";
import { idBytes, type LinkKeys } from "../token.ts";

/** Formats: docs/design/sharing-links.md. */
const unlockCookie = "hf_share";
const recipientCookie = "hf_recipient";
/** Over https; its path keeps it from being `__Host-`. */
const secureName = (name: string) => `__Secure-${name}`;
const UNLOCK_SECONDS = 6 * 3600;
const RECIPIENT_SECONDS = 7 * 86_400;

/** Whose request is answered, and where people reach this installation. */
export interface Recipient {
  request: FastifyRequest;
  reply: FastifyReply;
  publicUrl: string | null;
}

export interface LinkSecret {
  id: string;
  password_version: number;
}

function sign(keys: LinkKeys, link: LinkSecret, expiry: number): Buffer {
  const numbers = Buffer.alloc(12);
  numbers.writeUInt32BE(link.password_version, 0);
  numbers.writeBigUInt64BE(BigInt(expiry), 4);
  return createHmac("sha256", keys.unlock).update(idBytes(link.id)).update(numbers).digest();
}

/** The value of the cookie that says that somebody knew this link's present password. */
export function makeUnlockCookie(keys: LinkKeys, link: LinkSecret, now: Date): string {
  const expiry = Math.floor(now.getTime() / 1000) + UNLOCK_SECONDS;
  return `${expiry.toString(36)}.${sign(keys, link, expiry).toString("base64url")}`;
}

export function isUnlocking(keys: LinkKeys, link: LinkSecret, value: string | undefined, now: Date): boolean {
  const match = /^([0-9a-z]{1,9})\.([\w-]{43})$/.exec(value ?? "");
  if (!match) return false;
  const expiry = Number.parseInt(match[1] as string, 36);
  if (expiry * 1000 <= now.getTime()) return false;
  return timingSafeEqual(sign(keys, link, expiry), Buffer.from(match[2] as string, "base64url"));
}

export function readUnlockCookie(request: FastifyRequest): string | undefined {
  return read(request, unlockCookie);
}

/** The plain name is of a connection without https, or from before there were two. */
function read({ cookies }: FastifyRequest, name: string): string | undefined {
  return cookies[secureName(name)] ?? cookies[name];
}

/** Whose download it is, as far as we want to know: a keyed hash of the recipient's cookie. */
export function holderOf(keys: LinkKeys, linkId: string, recipient: string): Buffer {
  return createHmac("sha256", keys.recipient).update(idBytes(linkId)).update(recipient).digest();
}

/** The recipient's cookie of this request; where there is none a new one, which goes out with the answer. */
export function recipientOf(to: Recipient, token: string): string {
  const { request } = to;
  const present = read(request, recipientCookie);
  if (present !== undefined && /^[\w-]{22}$/.test(present)) return present;
  const fresh = randomBytes(16).toString("base64url");
  setCookie(to, token, recipientCookie, fresh, RECIPIENT_SECONDS);
  return fresh;
}

export function setUnlockCookie(to: Recipient, token: string, value: string): void {
  setCookie(to, token, unlockCookie, value, UNLOCK_SECONDS);
}

/** Set by hand: a download takes the socket over, and the plugin's cookies would not go out with it. */
function setCookie(
  { request, reply, publicUrl }: Recipient,
  token: string,
  name: string,
  value: string,
  maxAge: number,
): void {
  const secure = isSecure(request, publicUrl);
  const attributes = `Max-Age=${maxAge}; Path=/api/v1/public/shares/${token}; HttpOnly; SameSite=Lax`;
  reply.header("set-cookie", `${secure ? secureName(name) : name}=${value}; ${attributes}${secure ? "; Secure" : ""}`);
}
