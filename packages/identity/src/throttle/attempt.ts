import type { RateLimit, ThrottledAction } from "../config.ts";
import { isVerdict, tooMany } from "../errors.ts";
import type { Identity } from "../service.ts";
import { addressKey } from "./throttle.ts";

/**
 * Counts a request against its address, whatever comes of it.
 * @throws IdentityError 429 over_request_rate_limit with the seconds to wait.
 */
export async function countRequest(
  identity: Identity,
  action: ThrottledAction,
  ip: string,
  account: string | null = null,
): Promise<void> {
  await takeFromAddress(identity, action, ip, account);
}

/**
 * The same for a request that the server may be unable to judge (it is busy, its database is away): such a one counts for nothing.
 * @throws IdentityError 429 over_request_rate_limit, in place of running `work`
 */
export async function attemptFromAddress<T>(
  identity: Identity,
  action: ThrottledAction,
  { ip, account }: { ip: string; account: string | null },
  work: () => Promise<T>,
): Promise<T> {
  const taken = await takeFromAddress(identity, action, ip, account);
  return run(identity, taken, work);
}

/**
 * An attempt at an account's secret, counted before the secret is looked at and whether or not the account exists. An IdentityError of
 * status 4xx that `work` throws is a failure and stays counted; when it returns, the account's count ends; all else counts for nothing.
 * @throws IdentityError 429 over_request_rate_limit, in place of running `work`
 */
export async function attemptAccount<T>(
  identity: Identity,
  action: ThrottledAction,
  account: string,
  work: () => Promise<T>,
): Promise<T> {
  const limit = identity.hooks.countsAccountsOf?.includes(action) ? null : identity.config.accountLimits;
  const taken = limit && take(identity, `${action}|account|${account}`, limit);
  const result = await run(identity, taken, work);
  if (taken) identity.throttle.reset(taken.key);
  return result;
}

interface Taken {
  readonly key: string;
  readonly limit: RateLimit;
}

async function takeFromAddress(
  identity: Identity,
  action: ThrottledAction,
  ip: string,
  account: string | null,
): Promise<Taken | null> {
  const wait = (await identity.hooks.throttle?.({ action, account, ip })) ?? 0;
  if (wait > 0) throw refused(wait);
  const limit = identity.config.rateLimits?.[action];
  return limit ? take(identity, `${action}|${addressKey(ip)}`, limit) : null;
}

function take(identity: Identity, key: string, limit: RateLimit): Taken {
  const wait = identity.throttle.take(key, limit);
  if (wait > 0) throw refused(wait);
  return { key, limit };
}

async function run<T>(identity: Identity, taken: Taken | null, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (taken && !isVerdict(error)) identity.throttle.giveBack(taken.key, taken.limit);
    throw error;
  }
}

const refused = (seconds: number) => tooMany("over_request_rate_limit", "Request rate limit reached", seconds);
