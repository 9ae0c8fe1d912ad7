import { createHmac } from "node:crypto";
import { addressKey } from "@holdfast/identity";
import type { Database } from "../../../platform/database/database.ts";
import { findTrustedNetwork, saveTrustedNetwork } from "./throttle.queries.ts";

/** A network is trusted for this long after a sign-in from it. */
export const trustedNetworkDays = 30;

/** Networks from which an account has signed in recently. */
export interface TrustedNetworks {
  has(account: string, ip: string, now: Date): Promise<boolean>;
  remember(account: string, ip: string, now: Date): Promise<void>;
}

/** @param key secret, the same on all nodes: the table alone tells nothing of accounts or addresses */
export function createTrustedNetworks(db: Database, key: Buffer): TrustedNetworks {
  const keyOf = (account: string, ip: string) =>
    createHmac("sha256", key)
      // Kept from an earlier name, so that what is remembered stays valid.
      .update(`known line\0${account.trim().toLowerCase()}\0${addressKey(ip)}`)
      .digest();
  const before = (now: Date, days: number) => new Date(now.getTime() - days * 86_400_000);
  return {
    async has(account, ip, now) {
      return (await findTrustedNetwork.first(db, keyOf(account, ip), before(now, trustedNetworkDays))) !== undefined;
    },
    async remember(account, ip, now) {
      await saveTrustedNetwork.all(db, keyOf(account, ip), now, before(now, 1));
    },
  };
}
