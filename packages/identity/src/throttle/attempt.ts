import type { RateLimit, ThrottledAction } from "../config.ts";
import { isVerdict, tooMany } from "../errors.ts";
import type { Identity, Reservation } from "../service.ts";
import { addressKey } from "./throttle.ts";

/**
 * Counts a request against its address, whatever comes of it, where it is no attempt at a secret. The host is only asked whether one would
 * be refused.
 * @throws IdentityError 429 over_request_rate_limit with the seconds to wait.
 */
export async function countRequest(
  identity: Identity,
  action: ThrottledAction,
  ip: string,
  account: string | null = null,
): Promise<void> {
  const { reservation } = await takeFromAddress(identity, action, ip, account);
  await reservation?.settle("neither");
}

/**
 * An attempt, counted before `work` looks at anything. An IdentityError of status 4xx that `work` throws is a failure; one that the server
 * is unable to judge (it is busy, its database is away) counts for nothing.
 * @throws IdentityError 429 over_request_rate_limit, in place of running `work`
 */
export async function attemptFromAddress<T>(
  identity: Identity,
  action: ThrottledAction,
  { ip, account }: { ip: string; account: string | null },
  work: () => Promise<T>,
): Promise<T> {
  const { reservation, taken } = await takeFromAddress(identity, action, ip, account);
  let result: T;
  try {
    result = await run(identity, taken, work);
  } catch (error) {
    // What was thrown is told, also where the host cannot be told.
    await reservation?.settle(isVerdict(error) ? "failure" : "neither").catch(() => {});
    throw error;
  }
  await reservation?.settle("success");
  return result;
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
): Promise<{ reservation: Reservation | null; taken: Taken | null }> {
  const reservation = (await identity.hooks.reserve?.({ action, account, ip })) ?? null;
  if (reservation && reservation.waitSeconds > 0) throw refused(reservation.waitSeconds);
  const limit = identity.config.rateLimits?.[action];
  try {
    return { reservation, taken: limit ? take(identity, `${action}|${addressKey(ip)}`, limit) : null };
  } catch (error) {
    await reservation?.settle("neither");
    throw error;
  }
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
