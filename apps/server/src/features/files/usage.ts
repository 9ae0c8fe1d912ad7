import type { Queryable } from "../../platform/database/database.ts";
import { humanBytes } from "../../platform/http/human-bytes.ts";
import { ProblemError } from "../../platform/http/problem.ts";
import * as queries from "./usage.queries.ts";
import { versionsHeld } from "./versions/versions-held.ts";

/**
 * Adds to (or, negative, takes from) what a space uses, in the caller's transaction. Where it has a quota, its row is locked
 * until the transaction ends and the limit is exact: what is stored and what uploads have reserved can never pass it.
 * @param reserved bytes of this charge that an upload's own reservation already covers
 * @throws quota_exceeded
 */
export async function chargeUsage(tx: Queryable, spaceId: string, bytes: number, reserved = 0): Promise<void> {
  if (bytes > 0) await checkQuota(tx, spaceId, bytes - reserved);
  if (bytes !== 0) await queries.addUsage.count(tx, spaceId, bytes);
}

/**
 * Throws quota_exceeded where `bytes` more would pass the space's quota. Locks its row where there is one.
 * @returns how many bytes are left; null: as many as wanted
 */
export async function checkQuota(tx: Queryable, spaceId: string, bytes: number): Promise<number | null> {
  if (((await queries.findQuota.first(tx, spaceId))?.quota_bytes ?? null) === null) return null;
  // Locked first, counted second: the count must see what the former holder of the lock committed.
  await queries.lockQuota.count(tx, spaceId);
  const usage = await queries.findUsage.first(tx, spaceId);
  const { quota, used, reserved } = usage ?? { quota: null, used: 0, reserved: 0 };
  if (quota === null) return null;
  const left = Math.max(0, quota - used - reserved);
  if (used + reserved + bytes <= quota) return left;
  const held = await versionsHeld(tx, spaceId);
  const versions =
    held.bytes === 0
      ? ""
      : ` Earlier versions hold ${held.complete ? "" : "at least "}${humanBytes(held.bytes)} of it.`;
  throw new ProblemError(
    "quota_exceeded",
    `This needs ${humanBytes(bytes)}, and ${humanBytes(left)} of your ${humanBytes(quota)} are left.${versions} Delete files${held.bytes === 0 ? "" : " or earlier versions"} and empty the trash, or ask an administrator for more.`,
  );
}

/** Folds usage entries into spaces.used_bytes. Run by a job; any number may run at once. */
export async function foldUsage(db: Queryable): Promise<void> {
  await queries.foldUsage.count(db);
}
