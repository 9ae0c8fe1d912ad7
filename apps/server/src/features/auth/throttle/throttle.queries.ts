import { statement } from "../../../platform/database/statement.ts";

export interface CountRow {
  key: Buffer;
  failures: number;
  window_ends_at: Date;
}

/** What is counted under these keys and not forgotten yet. */
export const findCounts = statement<[keys: Buffer[], now: Date], CountRow>(
  "select key, failures, window_ends_at from holdfast.throttle where key = any($1) and window_ends_at > $2",
);

/** window_ends_at is the end of the wait plus the time after which all is forgotten: the wait's end follows from it. */
export const countFailures = statement<
  [keys: Buffer[], free: number[], baseSeconds: number[], maxSeconds: number[], resetSeconds: number[], now: Date]
>(`
  insert into holdfast.throttle as t (key, failures, window_ends_at)
  select key, 1, $6::timestamptz + make_interval(secs => reset + case when free <= 1 then base else 0 end)
  from unnest($1::bytea[], $2::int[], $3::float8[], $4::float8[], $5::float8[]) as b (key, free, base, max, reset)
  on conflict (key) do update set
    failures = case when t.window_ends_at < $6 then 1 else t.failures + 1 end,
    window_ends_at = (
      select $6::timestamptz + make_interval(secs => b.reset + case
        when f.n >= b.free then least(b.max, b.base * power(2, least(f.n - b.free, 30))) else 0 end)
      from unnest($1::bytea[], $2::int[], $3::float8[], $4::float8[], $5::float8[]) as b (key, free, base, max, reset),
        lateral (select case when t.window_ends_at < $6 then 1 else t.failures + 1 end as n) f
      where b.key = t.key)`);

export const deleteCount = statement<[key: Buffer]>("delete from holdfast.throttle where key = $1");

export const deleteForgottenCounts = statement<[now: Date]>("delete from holdfast.throttle where window_ends_at < $1");

export const findTrustedNetwork = statement<[key: Buffer, seenAfter: Date], { key: Buffer }>(
  "select key from holdfast.known_lines where key = $1 and seen_at > $2",
);

/** Written at most once in the time between `unlessSeenSince` and now. */
export const saveTrustedNetwork = statement<[key: Buffer, now: Date, unlessSeenSince: Date]>(
  `insert into holdfast.known_lines as k (key, seen_at) values ($1, $2)
   on conflict (key) do update set seen_at = excluded.seen_at where k.seen_at < $3`,
);

export const deleteTrustedNetworks = statement<[seenBefore: Date]>(
  "delete from holdfast.known_lines where seen_at < $1",
);
