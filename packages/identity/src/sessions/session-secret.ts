import { randomBytes } from "node:crypto";
import { open, seal } from "../keys/at-rest.ts";
import type { SigningKeys } from "../keys/signing-keys.ts";
import { encodeRefreshToken } from "./refresh-token.ts";

/** What a session's refresh tokens are made from: its key, sealed in the database, and how many were given out. */
export interface SessionSecret {
  readonly key: Buffer;
  /** For `sessions.refresh_token_hmac_key`. */
  readonly stored: string;
}

export function newSessionSecret(keys: SigningKeys, sessionId: string): SessionSecret {
  const key = randomBytes(32);
  return { key, stored: seal(keys, sessionId, key.toString("base64url")) };
}

/** @returns null where it was sealed with a key that is not here: its tokens count no more */
export function openSessionSecret(keys: SigningKeys, sessionId: string, stored: string): SessionSecret | null {
  const text = open(keys, sessionId, stored);
  if (text === null) return null;
  // A row from elsewhere may be in plain text, or of another key: it is sealed with ours from now on.
  return { key: Buffer.from(text, "base64url"), stored: seal(keys, sessionId, text) };
}

export const refreshTokenOf = (sessionId: string, { key }: SessionSecret, counter: bigint) =>
  encodeRefreshToken(sessionId, counter, key);
