import { createHmac } from "node:crypto";
import { type Database, execute } from "../../../platform/database/database.ts";
import { customerOf } from "../../../platform/http/network.ts";

/** For so long a line is known after a sign-in from it. */
export const knownLineDays = 30;

/** Lines from which an account was signed in to of late. */
export interface KnownLines {
  has(account: string, ip: string, now: Date): Promise<boolean>;
  remember(account: string, ip: string, now: Date): Promise<void>;
}

/** @param key secret, the same on all nodes: who reads the table learns nothing of accounts or addresses */
export function createKnownLines(db: Database, key: Buffer): KnownLines {
  const keyOf = (account: string, ip: string) =>
    createHmac("sha256", key)
      .update(`known line\0${account.trim().toLowerCase()}\0${customerOf(ip)}`)
      .digest();
  const before = (now: Date, days: number) => new Date(now.getTime() - days * 86_400_000);
  return {
    async has(account, ip, now) {
      const sql = "select 1 from holdfast.known_lines where key = $1 and seen_at > $2";
      return (await execute(db, sql, [keyOf(account, ip), before(now, knownLineDays)])).length > 0;
    },
    async remember(account, ip, now) {
      await execute(
        db,
        `insert into holdfast.known_lines as k (key, seen_at) values ($1, $2)
         on conflict (key) do update set seen_at = excluded.seen_at where k.seen_at < $3`,
        [keyOf(account, ip), now, before(now, 1)],
      );
    },
  };
}
