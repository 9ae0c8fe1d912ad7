import type { Queryable } from "../../platform/database/database.ts";
import { humanBytes } from "../../platform/http/human-bytes.ts";
import { ProblemError } from "../../platform/http/problem.ts";
import * as queries from "./usage.queries.ts";
import { versionsHeld } from "./versions/versions-held.ts";

/** What comes into a space, or, negative, leaves it. */
export interface Charge {
  bytes: number;
  /** Files and folders. */
  entries: number;
  /** Those of them that are folders. */
  folders: number;
  /** Who brings it. Undefined: the space's owner. */
  by?: string;
}

/** Of one space. */
export interface SpaceLimits {
  /** Files and folders, trash included. */
  maxEntries: number;
  /** A backup holds an account's folders in memory, about a kilobyte each. */
  maxFolders: number;
}

/**
 * So many entries below the limit nothing is locked for one that comes: more than ever come while a statement is under way, or before the
 * entries of usage have been folded.
 */
const unlockedBelow = 100_000;

/** The most entries, as far as they have been folded, with which a statement may add a few without asking here. */
export function entriesAddedFreely(maxEntries: number): number {
  return maxEntries - unlockedBelow;
}

/**
 * Adds to (or, negative, takes from) what a space uses, in the caller's transaction: the one check of bytes and entries. Where it has a quota,
 * many entries come, or the limit of entries is near, its row is locked until the transaction ends and the limits are exact: what is stored
 * and what uploads have reserved can never pass them.
 * @throws quota_exceeded, too_many_entries
 */
export async function chargeUsage(tx: Queryable, limits: SpaceLimits, spaceId: string, charge: Charge): Promise<void> {
  const { bytes, entries, folders } = charge;
  if (bytes > 0 || entries > 0) await checkCharge(tx, limits, spaceId, charge);
  if (bytes !== 0 || entries !== 0) await queries.addUsage.count(tx, spaceId, bytes, entries, folders);
}

/**
 * Throws quota_exceeded where `bytes` more would pass the space's quota. Locks its row where there is one.
 * @returns how many bytes are left; null: as many as wanted
 */
export function checkQuota(tx: Queryable, spaceId: string, bytes: number, by?: string): Promise<number | null> {
  const unlimited = { maxEntries: Number.POSITIVE_INFINITY, maxFolders: Number.POSITIVE_INFINITY };
  return checkCharge(tx, unlimited, spaceId, { bytes, entries: 0, folders: 0, ...(by ? { by } : {}) });
}

/**
 * `chargeUsage` without adding: throws where it would be too much now.
 * @returns how many bytes are left of the quota, before the charge; null: as many as wanted
 */
export async function checkCharge(
  tx: Queryable,
  limits: SpaceLimits,
  spaceId: string,
  charge: Charge,
): Promise<number | null> {
  if (!(await isLimited(tx, limits, spaceId, charge))) return null;
  const { bytes, entries, folders } = charge;
  // Locked first, counted second: the count must see what the former holder of the lock committed.
  await queries.lockQuota.count(tx, spaceId);
  const usage = await queries.findUsage.first(tx, spaceId);
  if (!usage) return null;
  const { maxEntries, maxFolders } = limits;
  const whose = () => whoseSpace(tx, spaceId, charge.by);
  if (entries > 0 && usage.entries + entries > maxEntries)
    throw tooMany(await whose(), "files and folders", maxEntries, usage.entries, entries);
  if (folders > 0 && usage.folders + folders > maxFolders)
    throw tooMany(await whose(), "folders", maxFolders, usage.folders, folders);
  const { quota, used, reserved } = usage;
  if (quota === null) return null;
  const left = Math.max(0, quota - used - reserved);
  if (bytes <= 0 || used + reserved + bytes <= quota) return left;
  const held = await versionsHeld(tx, spaceId);
  const versions =
    held.bytes === 0
      ? ""
      : ` Earlier versions hold ${held.complete ? "" : "at least "}${humanBytes(held.bytes)} of it.`;
  const owner = await whose();
  const room = owner === null ? `your ${humanBytes(quota)}` : `the ${humanBytes(quota)} of ${owner}`;
  throw new ProblemError(
    "quota_exceeded",
    `This needs ${humanBytes(bytes)}, and ${humanBytes(left)} of ${room} are left.${versions} Delete files${held.bytes === 0 ? "" : " or earlier versions"} and empty the trash, or ask an administrator for more.`,
  );
}

/** Whether it must be counted exactly. */
async function isLimited(
  tx: Queryable,
  { maxEntries, maxFolders }: SpaceLimits,
  spaceId: string,
  { bytes, entries, folders }: Charge,
): Promise<boolean> {
  if (entries <= 0) return ((await queries.findQuota.first(tx, spaceId))?.quota ?? null) !== null;
  const known = await queries.findLimits.first(tx, spaceId);
  if (entries > 1 || (bytes > 0 && (known?.quota ?? null) !== null)) return true;
  if (folders > 0 && (known?.folders ?? 0) > maxFolders - unlockedBelow) return true;
  return (known?.entries ?? 0) > entriesAddedFreely(maxEntries);
}

/** As a sentence names another's space; null: it is one's own. */
async function whoseSpace(tx: Queryable, spaceId: string, by: string | undefined): Promise<string | null> {
  if (by === spaceId) return null;
  const row = await queries.findSpaceName.first(tx, spaceId);
  if (row?.kind === "team") return `the team "${row.name}"`;
  return by === undefined ? null : (row?.name ?? null);
}

function tooMany(whose: string | null, what: string, most: number, have: number, more: number): ProblemError {
  const subject = whose === null ? "You have" : `In the files of ${whose} there are`;
  return new ProblemError(
    "too_many_entries",
    `${subject} ${have} of at most ${most} ${what}, trash included, and this would add ${more}. Delete some and empty the trash, or ask an administrator for more.`,
  );
}

/** Folds usage entries into the sums of their spaces. Run by a job; any number may run at once. */
export async function foldUsage(db: Queryable): Promise<void> {
  await queries.foldUsage.count(db);
}
