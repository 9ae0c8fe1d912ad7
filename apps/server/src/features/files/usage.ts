import type { Queryable } from "../../platform/database/database.ts";
import { humanBytes } from "../../platform/http/human-bytes.ts";
import { ProblemError } from "../../platform/http/problem.ts";
import * as queries from "./usage.queries.ts";

/**
 * Adds to (or, negative, takes from) what a person uses, in the caller's transaction. Where the person has a quota, their row is locked
 * until the transaction ends and the limit is exact: what is stored and what uploads have reserved can never pass it.
 * @param reserved bytes of this charge that an upload's own reservation already covers
 * @throws quota_exceeded
 */
export async function chargeUsage(tx: Queryable, userId: string, bytes: number, reserved = 0): Promise<void> {
  if (bytes > 0) await checkQuota(tx, userId, bytes - reserved);
  if (bytes !== 0) await queries.addUsage.count(tx, userId, bytes);
}

/** Throws quota_exceeded where `bytes` more would pass the person's quota. Locks the person's row where there is one. */
export async function checkQuota(tx: Queryable, userId: string, bytes: number): Promise<void> {
  if (((await queries.findQuota.first(tx, userId))?.quota_bytes ?? null) === null) return;
  // Locked first, counted second: the count must see what the former holder of the lock committed.
  await queries.lockQuota.count(tx, userId);
  const usage = await queries.findUsage.first(tx, userId);
  const { quota, used, reserved } = usage ?? { quota: null, used: 0, reserved: 0 };
  if (quota === null || used + reserved + bytes <= quota) return;
  const left = Math.max(0, quota - used - reserved);
  throw new ProblemError(
    "quota_exceeded",
    `This needs ${humanBytes(bytes)}, and ${humanBytes(left)} of your ${humanBytes(quota)} are left. Delete files and empty the trash, or ask an administrator for more.`,
  );
}

/** Folds usage entries into users.used_bytes. Run by a job; any number may run at once. */
export async function foldUsage(db: Queryable): Promise<void> {
  await queries.foldUsage.count(db);
}
