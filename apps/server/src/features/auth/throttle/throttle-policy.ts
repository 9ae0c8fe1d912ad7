/** What takes a secret, or makes something for nothing. */
export type ThrottleAction =
  | "sign-in"
  | "register"
  | "refresh"
  | "setup"
  | "password"
  | "share-password"
  | "verify"
  | "mail"
  | "email-change"
  | "mfa"
  | "token";

export interface Window {
  /** Failures before the first wait. */
  readonly free: number;
  /** Tries that may be under way while none has failed. */
  readonly atOnce: number;
  /** The first wait; each further failure doubles it. */
  readonly baseSeconds: number;
  readonly maxSeconds: number;
  /** After the wait and this long without a failure everything is forgotten. */
  readonly resetSeconds: number;
}

export interface Policy {
  readonly account: Window | null;
  readonly address: Window | null;
  /** Lines from which the account was signed in to of late are counted apart from all others. */
  readonly byKnownLine?: true;
}

/** Somebody who knows an address can make its owner wait at places where they were never signed in, and nowhere else. */
const account: Window = { free: 10, atOnce: 32, baseSeconds: 2, maxSeconds: 300, resetSeconds: 900 };
const address: Window = { free: 30, atOnce: 200, baseSeconds: 5, maxSeconds: 900, resetSeconds: 300 };

const policies: Record<ThrottleAction, Policy> = {
  "sign-in": { account, address, byKnownLine: true },
  password: { account, address },
  "share-password": { account: { ...account, free: 20 }, address },
  setup: { account: null, address: { ...address, free: 10, atOnce: 20 } },
  /** Every account made counts, not only failures. */
  register: { account: null, address: { ...address, baseSeconds: 30, maxSeconds: 3600 } },
  refresh: { account: null, address: { ...address, free: 150 } },
  verify: { account, address },
  /** Asked for by anybody, successes too: a mailbox gets one a minute, and then fewer. A service's own pace would tell accounts from none. */
  mail: { account: { ...account, free: 1, atOnce: 1, baseSeconds: 60 }, address },
  "email-change": { account: { ...account, free: 5, baseSeconds: 60 }, address },
  mfa: { account, address },
  token: { account: null, address },
};

const DEFAULT_LIMIT = 30;

/** @param addressLimit replaces 30 as the measure of what an address may try; 0: no limit by address */
export function policyOf(action: ThrottleAction, addressLimit: number = DEFAULT_LIMIT): Policy {
  const policy = policies[action];
  if (policy.address === null || addressLimit === DEFAULT_LIMIT) return policy;
  if (addressLimit === 0) return { ...policy, address: null };
  const free = Math.max(1, Math.round((policy.address.free * addressLimit) / DEFAULT_LIMIT));
  return { ...policy, address: { ...policy.address, free } };
}
