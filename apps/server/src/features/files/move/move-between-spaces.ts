import type { Tx } from "../../../platform/database/database.ts";
import { notFound, ProblemError } from "../../../platform/http/problem.ts";
import { accessFolder, checkWhole, type FileRow, type Folder, roleAllows } from "../../access/index.ts";
import type { FilesDeps } from "../files.deps.ts";
import { lockTree } from "../limits/depth.queries.ts";
import { admitLevels, lockPlace } from "../limits/depth.ts";
import { chargeUsage, checkCharge } from "../usage.ts";
import { lockFile } from "../versions/versions.queries.ts";
import * as queries from "./move.queries.ts";
import { giveLinks } from "./transfer.queries.ts";

/** Files and folders that one move takes into another space, the trash in them included. */
export const movedAtOnce = 10_000;
/** Links that are looked at for whether they break. */
const linksAtOnce = 10_000;

export interface Move {
  /** Null: an administrator decides, and nobody's role is asked. */
  userId: string | null;
  file: FileRow;
  folder: Folder;
  name: string;
  /** Grants on what moves stay: its target's managers alone may decide that. */
  keepGrants: boolean;
  /** Who gets the links that the owner of the former space made. */
  heirId?: string | null;
  atMost?: number;
}

/** What came with it, and what ends with it. */
export interface Moved {
  entries: number;
  bytes: number;
  endedGrants: queries.EndedGrant[];
  brokenLinks: queries.LivingLink[];
}

/**
 * Moves a file or folder with all that is in it into another space, in the caller's transaction: what it takes is charged there and given back
 * here, to the byte. Who may is who may change it here and add to the folder there.
 * @param check of the file as it is once it is locked
 * @throws contains_restricted, too_large, too_deep, quota_exceeded, too_many_entries, forbidden, not_found
 */
export async function moveBetweenSpaces(
  deps: FilesDeps,
  tx: Tx,
  move: Move,
  check: (file: FileRow) => void = () => {},
): Promise<Moved> {
  const { userId, file, folder, name, keepGrants, heirId = null, atMost = movedAtOnce } = move;
  // In one order, so that two moves between the same spaces do not wait for each other.
  for (const spaceId of [file.space_id, folder.spaceId].sort()) await lockTree.count(tx, spaceId);
  const now = await lockFile.first(tx, file.id);
  if (now?.space_id !== file.space_id || now.trashed_at || now.purged_at) throw notFound();
  check(now);
  await lockPlace(tx, folder.spaceId, file.id, folder.id);
  if (userId !== null) {
    await accessFolder(tx, userId, folder.id);
    await checkWhole(tx, userId, file);
  }
  const ids = await lockAll(tx, file.id, atMost);
  const { entries, folders, bytes, reserved } = (await queries.measure.first(tx, ids.all))!;
  const charge = { entries, folders, by: userId ?? file.space_id };
  if (reserved > 0) await checkCharge(tx, deps, folder.spaceId, { ...charge, bytes: bytes + reserved });
  const time = deps.clock.now();
  const links = await queries.listLinks.all(tx, ids.all, linksAtOnce, time);
  await chargeUsage(tx, deps, folder.spaceId, { ...charge, bytes });
  await chargeUsage(tx, deps, file.space_id, { bytes: -bytes, entries: -entries, folders: -folders });
  await queries.changeSpace.count(tx, ids.all, folder.spaceId, file.id, folder.id, name);
  if (heirId !== null) await giveLinks.count(tx, ids.all, file.space_id, heirId);
  await queries.moveUploads.count(tx, ids.all, folder.spaceId);
  await queries.forgetRewinds.count(tx, ids.all);
  if (ids.levels > 0) await admitLevels(tx, folder.id, ids.levels);
  const endedGrants = keepGrants ? [] : await queries.endGrants.all(tx, ids.all);
  const good = new Set((await queries.listLinks.all(tx, ids.all, linksAtOnce, time)).map(({ id }) => id));
  return { entries, bytes, endedGrants, brokenLinks: links.filter(({ id }) => !good.has(id)) };
}

/** @throws forbidden where grants shall stay that the target's managers did not give */
export function checkKeptGrants({ role }: Folder, keepGrants: boolean): void {
  if (!keepGrants || roleAllows(role, "share")) return;
  throw new ProblemError(
    "forbidden",
    "Only who manages the folder there can keep the access that others have to this.",
  );
}

async function lockAll(tx: Tx, fileId: string, atMost: number): Promise<{ all: string[]; levels: number }> {
  const lock = async () => {
    const rows = await queries.lockAll.all(tx, fileId, atMost + 1);
    if (rows.length > atMost) throw tooLarge(atMost);
    return rows;
  };
  // Once its folders are locked nothing comes into them; what came a moment before is found the second time.
  await lock();
  const rows = await lock();
  if (rows.length === 0) throw notFound();
  return { all: rows.map(({ id }) => id), levels: rows.reduce((most, { level }) => Math.max(most, level), 0) };
}

function tooLarge(atMost: number): ProblemError {
  return new ProblemError(
    "too_large",
    `At most ${atMost} files and folders can move to another's files at once, those in the trash included. Move what is in it in parts, or copy it there.`,
  );
}
