/** What checks a secret, or makes something for anyone who asks. */
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
  | "passkey"
  | "token";

export interface Window {
  /** Failures before the first wait. */
  readonly free: number;
  /** The first wait; each further failure doubles it. */
  readonly baseSeconds: number;
  readonly maxSeconds: number;
  /** After the wait and this long without a failure everything is forgotten. */
  readonly resetSeconds: number;
}

export interface Policy {
  readonly account: Window | null;
  readonly address: Window | null;
  /** Networks from which the account has signed in recently are counted apart from all others. */
  readonly byTrustedNetwork?: true;
}

/** Guessing at an account makes its owner wait only in networks from which they have not signed in. */
const account: Window = { free: 10, baseSeconds: 2, maxSeconds: 300, resetSeconds: 900 };
const address: Window = { free: 30, baseSeconds: 5, maxSeconds: 900, resetSeconds: 300 };

const policies: Record<ThrottleAction, Policy> = {
  "sign-in": { account, address, byTrustedNetwork: true },
  password: { account, address },
  "share-password": { account: { ...account, free: 20 }, address },
  setup: { account: null, address: { ...address, free: 10 } },
  /** Every account made counts, not only failures. */
  register: { account: null, address: { ...address, baseSeconds: 30, maxSeconds: 3600 } },
  refresh: { account: null, address: { ...address, free: 150 } },
  verify: { account, address },
  /** Anyone may ask, and successes count too: a mailbox gets one a minute, then fewer. The pace of the service itself would tell which accounts exist. */
  mail: { account: { ...account, free: 1, baseSeconds: 60 }, address },
  "email-change": { account: { ...account, free: 5, baseSeconds: 60 }, address },
  mfa: { account, address },
  /** Every ceremony that is begun counts, as each look at the sign-in page is one. A key cannot be guessed, so no account is kept waiting. */
  passkey: { account: null, address: { ...address, free: 150 } },
  token: { account: null, address },
};

const DEFAULT_LIMIT = 30;

/** @param addressLimit replaces 30 as the number of attempts of an address; 0: no limit by address */
export function policyOf(action: ThrottleAction, addressLimit: number = DEFAULT_LIMIT): Policy {
  const policy = policies[action];
  if (policy.address === null || addressLimit === DEFAULT_LIMIT) return policy;
  if (addressLimit === 0) return { ...policy, address: null };
  const free = Math.max(1, Math.round((policy.address.free * addressLimit) / DEFAULT_LIMIT));
  return { ...policy, address: { ...policy.address, free } };
}
