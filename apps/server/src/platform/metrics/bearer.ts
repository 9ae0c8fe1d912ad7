import { createHash, timingSafeEqual } from "node:crypto";

/** Whether this is the bearer token, told in a time that does not depend on how much of it is right. */
export function showsToken(authorization: string | undefined, token: string): boolean {
  const given = /^Bearer ([\x21-\x7e]+)$/i.exec(authorization ?? "")?.[1] ?? "";
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(given), digest(token));
}
