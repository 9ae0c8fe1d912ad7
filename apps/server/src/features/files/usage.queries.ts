import { statement } from "../../platform/database/statement.ts";

export const addUsage = statement<[userId: string, bytes: number]>(
  "insert into holdfast.usage_entries (user_id, bytes) values ($1, $2)",
);

export const findQuota = statement<[userId: string], { quota_bytes: number | null }>(
  "select quota_bytes from holdfast.users where id = $1",
);

/**
 * Not `for update`: every new row that belongs to the person holds a key share of theirs, and two transactions that have inserted would wait
 * for each other.
 */
export const lockQuota = statement<[userId: string]>("select from holdfast.users where id = $1 for no key update");

/** What is stored, and what unfinished uploads have reserved. */
export const findUsage = statement<[userId: string], { quota: number | null; used: number; reserved: number }>(
  `select u.quota_bytes as quota, holdfast.used_bytes(u.id) as used,
     coalesce((select sum(reserved_bytes) from holdfast.uploads where user_id = u.id and file_id is null), 0)::bigint as reserved
   from holdfast.users u where u.id = $1`,
);

/** Any number may run at once. */
export const foldUsage = statement(
  `with taken as (
     delete from holdfast.usage_entries where id in (select id from holdfast.usage_entries order by id limit 50000 for update skip locked)
     returning user_id, bytes
   ), sums as (select user_id, sum(bytes)::bigint as bytes from taken group by user_id)
   update holdfast.users u set used_bytes = u.used_bytes + sums.bytes from sums where u.id = sums.user_id`,
);
