import { createHmac } from "node:crypto";
import { addressKey } from "@holdfast/identity";
import type { Clock } from "../../../platform/clock.ts";
import type { Database } from "../../../platform/database/database.ts";
import { policyOf, type ThrottleAction, type Window } from "./throttle-policy.ts";
import { createTrustedNetworks } from "./trusted-networks.ts";

/** Whose attempt it is. Either part may be left out where it is not known. */
export interface ThrottleParts {
  /** What is attempted: an email address, a user's id, a link's id. */
  account?: string;
  /** The client's address. */
  ip?: string;
}

/** One count that an attempt is part of. */
export interface Bucket extends Window {
  readonly key: Buffer;
  readonly isAccount: boolean;
}

export interface Buckets {
  of(action: ThrottleAction, parts: ThrottleParts): Promise<Bucket[]>;
  /** After a success: from now on this network is trusted for this account, where the action makes that difference. */
  trust(action: ThrottleAction, parts: ThrottleParts): Promise<void>;
}

/** Which counts an attempt is part of, under keys that tell nothing without the secret. */
export function createBuckets(db: Database, secret: Buffer, clock: Clock, addressLimit?: number): Buckets {
  const trusted = createTrustedNetworks(db, secret);
  return {
    async of(action, { account, ip }) {
      const policy = policyOf(action, addressLimit);
      const keyOf = (kind: string, of: string) =>
        createHmac("sha256", secret).update(`${action}\0${kind}\0${of}`).digest();
      const buckets: Bucket[] = [];
      if (account !== undefined && policy.account) {
        // A trusted network has its own count of the account: guesses from elsewhere keep nobody waiting there.
        const apart = policy.byTrustedNetwork && ip !== undefined && (await trusted.has(account, ip, clock.now()));
        const name = account.trim().toLowerCase() + (apart ? `\0${addressKey(ip)}` : "");
        buckets.push({ ...policy.account, key: keyOf("account", name), isAccount: true });
      }
      if (ip !== undefined && policy.address) {
        buckets.push({ ...policy.address, key: keyOf("address", addressKey(ip)), isAccount: false });
      }
      // Always in one order: two failures that touch the same rows never wait for each other.
      return buckets.sort((a, b) => Buffer.compare(a.key, b.key));
    },
    async trust(action, { account, ip }) {
      if (!policyOf(action).byTrustedNetwork || account === undefined || ip === undefined) return;
      await trusted.remember(account, ip, clock.now());
    },
  };
}
