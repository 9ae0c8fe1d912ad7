import type { Tx } from "../../../platform/database/database.ts";
import { notFound, ProblemError } from "../../../platform/http/problem.ts";
import * as queries from "./depth.queries.ts";

/**
 * So many folders may lie inside each other, in the trash as well; a file in the last one is fine. Paths, searches and archives cost at most
 * this times what is in them. Trees of before that are deeper stay, and may be moved to where they are less deep.
 */
export const maxDepth = 200;

/** A folder with more in it is not looked through when it is moved, as long as its space has no folder deep enough to matter. */
const measuredAtOnce = 5_000;
const everything = 2_147_483_647;

export function tooDeep(): ProblemError {
  return new ProblemError(
    "too_deep",
    `At most ${maxDepth} folders can lie inside each other. Choose a folder that is less deep.`,
  );
}

/**
 * Folders of so many levels come into a folder (a new one is one level): the one check of depth. Until the transaction ends no folder of the
 * space is moved. Throws too_deep, not_found.
 */
export async function admitLevels(tx: Tx, parentId: string, levels: number): Promise<void> {
  const lowest = (await queries.admitLevels.first(tx, parentId, levels, maxDepth))?.lowest ?? null;
  if (lowest === null) throw notFound();
  if (lowest > maxDepth) throw tooDeep();
}

/**
 * Where a folder goes to: moves and copies of folders in one space queue behind a lock, or two of them could close a circle, or together pass
 * the depth, and neither would see it. Throws invalid_move where it would go into itself, not_found.
 */
export async function lockPlace(tx: Tx, spaceId: string, folderId: string, parentId: string) {
  await queries.lockTree.count(tx, spaceId);
  const place = await queries.findPlace.first(tx, parentId, folderId);
  if (place?.inside) throw new ProblemError("invalid_move", "A folder cannot be moved into itself.");
  // It may have moved to another space a moment ago.
  if (!place?.live || place.space_id !== spaceId) throw notFound();
  return place;
}

/** Whether a folder may move there with all that is in it. Throws invalid_move, not_found, too_deep. */
export async function admitMove(tx: Tx, spaceId: string, folderId: string, parentId: string): Promise<void> {
  const { depth, former, deepest } = await lockPlace(tx, spaceId, folderId, parentId);
  if (depth + 1 <= former) return;
  await admitLevels(tx, parentId, await levelsOf(tx, folderId, { most: deepest - former + 1, room: maxDepth - depth }));
}

/** Exact where little is in it. Else what the space's deepest folder allows, where there is room for that; else it is looked through. */
async function levelsOf(tx: Tx, folderId: string, { most, room }: { most: number; room: number }): Promise<number> {
  const first = await queries.measureLevels.first(tx, folderId, measuredAtOnce);
  const { levels = 0, entries = 0 } = first ?? {};
  if (entries < measuredAtOnce) return levels;
  if (most <= room) return most;
  return (await queries.measureLevels.first(tx, folderId, everything))?.levels ?? 0;
}
