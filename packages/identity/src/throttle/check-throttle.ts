import type { ThrottledAction } from "../config.ts";
import { isVerdict, tooMany } from "../errors.ts";
import type { Identity } from "../service.ts";
import { addressKey } from "./throttle.ts";

const refusal = "Request rate limit reached";

/** A request, or an attempt at a secret, that has been counted. */
export interface Attempt {
  /** The secret was right: only failures count against an account. */
  succeeded(): void;
  /** It was never looked at: counts for nothing. */
  abandoned(): void;
}

const uncounted: Attempt = { succeeded() {}, abandoned() {} };

/** Runs what an attempt leads to. One that the server could not judge (it is busy, its database is away) counts for nothing. */
export async function judge<T>(attempts: readonly Attempt[], work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isVerdict(error)) for (const attempt of attempts) attempt.abandoned();
    throw error;
  }
}

/** @throws IdentityError 429 over_request_rate_limit with the seconds to wait. */
export async function checkAddress(
  identity: Identity,
  action: ThrottledAction,
  ip: string,
  account: string | null = null,
): Promise<Attempt> {
  const asked = (await identity.hooks.throttle?.({ action, account, ip })) ?? 0;
  const limit = identity.config.rateLimits?.[action];
  if (asked > 0) throw tooMany("over_request_rate_limit", refusal, asked);
  if (limit === undefined) return uncounted;
  const key = `${action}|${addressKey(ip)}`;
  const wait = identity.throttle.take(key, limit);
  if (wait > 0) throw tooMany("over_request_rate_limit", refusal, wait);
  return { succeeded() {}, abandoned: () => identity.throttle.giveBack(key, limit) };
}

/**
 * Counts an attempt at an account's secret, before the secret is looked at and whether or not the account exists.
 *
 * @throws IdentityError 429 over_request_rate_limit
 */
export function checkAccount(identity: Identity, action: ThrottledAction, account: string): Attempt {
  const limit = identity.config.accountLimits;
  if (limit === null || identity.hooks.countsAccountsOf?.includes(action)) return uncounted;
  const key = `${action}|account|${account}`;
  const wait = identity.throttle.take(key, limit);
  if (wait > 0) throw tooMany("over_request_rate_limit", refusal, wait);
  return {
    succeeded: () => identity.throttle.reset(key),
    abandoned: () => identity.throttle.giveBack(key, limit),
  };
}
