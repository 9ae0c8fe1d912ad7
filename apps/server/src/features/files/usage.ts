import { execute, type Queryable } from "../../platform/database/database.ts";
import { humanBytes } from "../../platform/http/human-bytes.ts";
import { ProblemError } from "../../platform/http/problem.ts";

/**
 * Adds to (or, negative, takes from) what a person uses, in the caller's transaction. Where the person has a quota, their row is locked
 * until the transaction ends and the limit is exact: what is stored and what uploads have reserved can never pass it.
 * @param reserved bytes of this charge that an upload's own reservation already covers
 * @throws quota_exceeded
 */
export async function chargeUsage(tx: Queryable, userId: string, bytes: number, reserved = 0): Promise<void> {
  if (bytes > 0) await checkQuota(tx, userId, bytes - reserved);
  if (bytes !== 0)
    await execute(tx, "insert into holdfast.usage_entries (user_id, bytes) values ($1, $2)", [userId, bytes]);
}

/** Throws quota_exceeded where `bytes` more would pass the person's quota. Locks the person's row where there is one. */
export async function checkQuota(tx: Queryable, userId: string, bytes: number): Promise<void> {
  const users = await execute<{ quota_bytes: number | null }>(
    tx,
    "select quota_bytes from holdfast.users where id = $1",
    [userId],
  );
  if ((users[0]?.quota_bytes ?? null) === null) return;
  // Locked first, counted second: the count must see what the former holder of the lock committed. Not `for update`: every new row that
  // belongs to the person holds a key share of theirs, and two transactions that have inserted would wait for each other.
  await execute(tx, "select from holdfast.users where id = $1 for no key update", [userId]);
  const rows = await execute<{ quota: number | null; used: number; reserved: number }>(
    tx,
    `select u.quota_bytes as quota, holdfast.used_bytes(u.id) as used,
       coalesce((select sum(reserved_bytes) from holdfast.uploads where user_id = u.id and file_id is null), 0)::bigint as reserved
     from holdfast.users u where u.id = $1`,
    [userId],
  );
  const { quota, used, reserved } = rows[0] ?? { quota: null, used: 0, reserved: 0 };
  if (quota === null || used + reserved + bytes <= quota) return;
  const left = Math.max(0, quota - used - reserved);
  throw new ProblemError(
    "quota_exceeded",
    `This needs ${humanBytes(bytes)}, and ${humanBytes(left)} of your ${humanBytes(quota)} are left. Delete files and empty the trash, or ask an administrator for more.`,
  );
}

/** Folds usage entries into users.used_bytes. Run by a job; any number may run at once. */
export async function foldUsage(db: Queryable): Promise<void> {
  await execute(
    db,
    `with taken as (
       delete from holdfast.usage_entries where id in (select id from holdfast.usage_entries order by id limit 50000 for update skip locked)
       returning user_id, bytes
     ), sums as (select user_id, sum(bytes)::bigint as bytes from taken group by user_id)
     update holdfast.users u set used_bytes = u.used_bytes + sums.bytes from sums where u.id = sums.user_id`,
  );
}
