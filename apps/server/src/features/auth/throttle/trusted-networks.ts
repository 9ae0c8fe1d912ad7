import { createHmac } from "node:crypto";
import { addressKey } from "@holdfast/identity";
import type { Database } from "../../../platform/database/database.ts";
import { inGroups } from "../../../platform/in-groups.ts";
import { listTrustedNetworks, saveTrustedNetwork } from "./throttle.queries.ts";

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
  const has = inGroups(async (asked: { key: Buffer; now: Date }[]) => {
    const keys = asked.map(({ key }) => key);
    const after = before((asked[0] as { now: Date }).now, trustedNetworkDays);
    const trusted = (await listTrustedNetworks.all(db, keys, after)).map(({ key }) => key);
    return keys.map((key) => trusted.some((each) => each.equals(key)));
  });
  return {
    has: (account, ip, now) => has({ key: keyOf(account, ip), now }),
    async remember(account, ip, now) {
      await saveTrustedNetwork.all(db, keyOf(account, ip), now, before(now, 1));
    },
  };
}
