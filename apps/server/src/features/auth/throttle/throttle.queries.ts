import { statement } from "../../../platform/database/statement.ts";

/** Seconds to wait; 0: the attempt has its place in each count. */
export const reserveAttempt = statement<
  [keys: Buffer[], free: number[], baseSeconds: number[], maxSeconds: number[], resetSeconds: number[], now: Date],
  { wait: number | null }
>("select holdfast.reserve_attempt($1, $2, $3, $4, $5, $6) as wait");

/** @param ended a key of which all that was counted ends */
export const returnAttempt = statement<
  [keys: Buffer[], resetSeconds: number[], ended: Buffer | null, now: Date],
  { return_attempt: unknown }
>("select holdfast.return_attempt($1, $2, $3, $4)");

/** Those of these counts that must wait, and for how many seconds. */
export const findWaits = statement<
  [keys: Buffer[], resetSeconds: number[], now: Date],
  { key: Buffer; seconds: number }
>(
  `select t.key, extract(epoch from t.window_ends_at - $3)::float8 - b.reset as seconds
   from unnest($1::bytea[], $2::float8[]) as b (key, reset) join holdfast.throttle t on t.key = b.key
   where extract(epoch from t.window_ends_at - $3)::float8 > b.reset`,
  { notNull: ["seconds"] },
);

export const deleteCount = statement<[key: Buffer]>("delete from holdfast.throttle where key = $1");

/** None that somebody counts in at this moment. */
export const deleteForgottenCounts = statement<[now: Date]>(
  `delete from holdfast.throttle where key in (
     select key from holdfast.throttle where window_ends_at < $1 for update skip locked)`,
);

/** Those among these that are trusted. */
export const listTrustedNetworks = statement<[keys: Buffer[], seenAfter: Date], { key: Buffer }>(
  "select key from holdfast.known_lines where key = any($1) and seen_at > $2",
);

/** Written at most once in the time between `unlessSeenSince` and now. */
export const saveTrustedNetwork = statement<[key: Buffer, now: Date, unlessSeenSince: Date]>(
  `insert into holdfast.known_lines as k (key, seen_at) values ($1, $2)
   on conflict (key) do update set seen_at = excluded.seen_at where k.seen_at < $3`,
);

export const deleteTrustedNetworks = statement<[seenBefore: Date]>(
  "delete from holdfast.known_lines where seen_at < $1",
);
