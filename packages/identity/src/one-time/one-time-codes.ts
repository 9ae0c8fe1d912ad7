import { createHmac, randomInt } from "node:crypto";
import type { Identity } from "../service.ts";

export const pkcePrefix = "pkce_";

export interface OneTimeCode {
  /** Digits that a person types. */
  code: string;
  /** What is stored and what the link carries: 56 hex digits, after `pkce_` when a browser waits for a code. */
  hash: string;
}

export function newCode(identity: Identity, address: string, pkce: boolean): OneTimeCode {
  const { otpLength } = identity.config;
  const code = String(randomInt(10 ** otpLength)).padStart(otpLength, "0");
  return { code, hash: (pkce ? pkcePrefix : "") + codeHash(identity, address, code) };
}

/**
 * Supabase Auth takes SHA-224 of address and code, so that whoever knows an address can compute all the million links
 * that a code of six digits may have. Keyed, the hash has the same form and cannot be computed by others.
 */
export function codeHash(identity: Identity, address: string, code: string): string {
  return createHmac("sha224", identity.keys().codeSecret).update(address.toLowerCase()).update(code).digest("hex");
}
