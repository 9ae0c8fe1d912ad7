import { createHmac, timingSafeEqual } from "node:crypto";
import { isId } from "../../../platform/ids.ts";

/** What an email turns its digest off with, without sign-in. It says who, and that this installation wrote it; it opens nothing. */
export function unsubscribeToken(linkKey: Buffer, userId: string): string {
  return `${userId}.${macOf(linkKey, userId).toString("base64url")}`;
}

/** Whose digest it turns off; null where nobody who has the key has made it. */
export function readUnsubscribeToken(linkKey: Buffer, token: string): string | null {
  const [userId = "", given = ""] = token.split(".");
  if (!isId(userId) || token !== `${userId}.${given}`) return null;
  const mac = Buffer.from(given, "base64url");
  const expected = macOf(linkKey, userId);
  return mac.length === expected.length && timingSafeEqual(mac, expected) ? userId : null;
}

function macOf(linkKey: Buffer, userId: string): Buffer {
  return createHmac("sha256", linkKey).update(`holdfast unsubscribe v1 ${userId}`).digest();
}
