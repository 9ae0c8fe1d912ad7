import { hash, randomBytes } from "node:crypto";
import type { TokenScope } from "@holdfast/contract";
import type { Clock } from "../../../platform/clock.ts";
import type { Database } from "../../../platform/database/database.ts";
import { ProblemError } from "../../../platform/http/problem.ts";
import type { Throttle } from "../throttle/throttle.ts";
import { findTokenByHash } from "./personal-tokens.queries.ts";
import { createTokenNetworks } from "./token-networks.ts";

/** What never changes of a token. Whether it still stands, `principals.ts` says under `tokenKey`. */
export interface PersonalToken {
  readonly id: string;
  readonly userId: string;
  readonly scopes: readonly TokenScope[];
  readonly expiresAt: Date | null;
}

export interface PersonalTokens {
  /** @throws ProblemError unauthenticated, rate_limited */
  find(token: string, ip: string): Promise<PersonalToken>;
}

const prefix = "hf_";
const BYTES = 32;
/** 62^43 > 2^256. */
const LENGTH = 43;
const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const shape = new RegExp(`^${prefix}[0-9A-Za-z]{${LENGTH}}$`);
const CAPACITY = 20_000;

export const isPersonalToken = (text: string) => text.startsWith(prefix);
/** What a token is known under where sessions are known by their id. */
export const tokenKey = (id: string) => `token:${id}`;
export const tokenIdOf = (key: string): string | null => (key.startsWith("token:") ? key.slice(6) : null);

/** 32 random bytes in base 62, and the SHA-256 that is kept of the whole text. */
export function newPersonalToken(): { token: string; hash: Buffer } {
  let rest = BigInt(`0x${randomBytes(BYTES).toString("hex")}`);
  let text = "";
  for (let i = 0; i < LENGTH; i++) {
    text = digits[Number(rest % 62n)] + text;
    rest /= 62n;
  }
  const token = prefix + text;
  return { token, hash: hash("sha256", token, "buffer") };
}

/**
 * Tokens by their text. Those that were found are remembered, so that a busy one costs a SHA-256 a request; those that are wrong count
 * against the address. A right one is never kept waiting by them: 256 random bits are not found by trying.
 */
export function createPersonalTokens(db: Database, clock: Clock, throttle: Throttle): PersonalTokens {
  const known = new Map<string, PersonalToken>();
  const noteNetwork = createTokenNetworks(db, clock);

  return {
    async find(token, ip) {
      const digest = hash("sha256", token, "buffer");
      const name = digest.toString("base64");
      let found = known.get(name) ?? null;
      if (!found && shape.test(token)) {
        found = await load(db, digest);
        if (found) remember(name, found);
      }
      if (!found) await throttle.spend("token", { ip });
      if (!found || (found.expiresAt !== null && found.expiresAt <= clock.now())) throw refused();
      noteNetwork(found.id, ip);
      return found;
    },
  };

  function remember(name: string, token: PersonalToken): void {
    if (known.size >= CAPACITY) known.delete(known.keys().next().value as string);
    known.set(name, token);
  }
}

async function load(db: Database, digest: Buffer): Promise<PersonalToken | null> {
  const row = await findTokenByHash.first(db, digest);
  return row ? { id: row.id, userId: row.user_id, scopes: row.scopes, expiresAt: row.expires_at } : null;
}

function refused(): ProblemError {
  return new ProblemError("unauthenticated", "The token is not valid (any more). Make a new one on the account page.", {
    headers: { "www-authenticate": 'Bearer error="invalid_token"' },
  });
}
