import type { ThrottledAction } from "../config.ts";
import { tooMany } from "../errors.ts";
import type { Identity } from "../service.ts";
import { addressKey } from "./throttle.ts";

const refusal = "Request rate limit reached";

/** @throws IdentityError 429 over_request_rate_limit with the seconds to wait. */
export async function checkAddress(
  identity: Identity,
  action: ThrottledAction,
  ip: string,
  account: string | null = null,
) {
  const asked = (await identity.hooks.throttle?.({ action, account, ip })) ?? 0;
  const limit = identity.config.rateLimits?.[action];
  const wait = asked > 0 || limit === undefined ? asked : identity.throttle.take(`${action}|${addressKey(ip)}`, limit);
  if (wait > 0) throw tooMany("over_request_rate_limit", refusal, wait);
}

/**
 * Counts an attempt at an account's secret, before the secret is looked at and whether or not the account exists.
 *
 * @returns what to call when the secret was right, so that only failures count.
 * @throws IdentityError 429 over_request_rate_limit
 */
export function checkAccount(identity: Identity, action: ThrottledAction, account: string): () => void {
  const limit = identity.config.accountLimits;
  if (limit === null || identity.hooks.countsAccountsOf?.includes(action)) return () => {};
  const key = `${action}|account|${account}`;
  const wait = identity.throttle.take(key, limit);
  if (wait > 0) throw tooMany("over_request_rate_limit", refusal, wait);
  return () => identity.throttle.reset(key);
}
