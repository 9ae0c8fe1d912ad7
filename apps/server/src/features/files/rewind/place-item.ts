import type { Tx } from "../../../platform/database/database.ts";
import { escapeLike, listNamesLike } from "../files.queries.ts";
import { numberedName, numberedPrefix } from "../names.ts";
import type { RewindLine, RewindRow } from "./rewinds.queries.ts";
import * as queries from "./run.queries.ts";

export interface Placed {
  id: string;
  parentId: string;
  name: string;
}

/**
 * An item whose place of then is not simply free. What is in the way and moves later gets another name until its turn; beside anything else it
 * gets a number. Where its folder of then is gone, it stays where it is, or comes out of the trash into the root.
 * @returns where it went, null: nowhere; and the line to note where that is not its place of then
 */
export async function placeItem(
  tx: Tx,
  row: RewindRow,
  step: number,
  fileId: string,
): Promise<{ placed: Placed | null; problem: RewindLine | null }> {
  const item = await queries.findItem.first(tx, row.id, step, fileId);
  if (!item) return { placed: null, problem: null };
  const problem: RewindLine = { fileId, name: item.name, what: item.is_trashed ? "restored" : "moved" };
  if (!item.has_folder && !(item.live && item.is_trashed)) return { placed: null, problem };
  const parentId = item.has_folder ? item.parent_id : row.space_id;
  const inTheWay = await queries.findInTheWay.first(tx, row.id, fileId, parentId, item.name);
  if (inTheWay?.moves) {
    await queries.rename.count(tx, inTheWay.id, await freeName(tx, parentId, item.name));
  }
  const isFree = !inTheWay || inTheWay.moves;
  const name = isFree ? item.name : await freeName(tx, parentId, item.name);
  if (!item.live) return { placed: null, problem };
  await queries.putAt.count(tx, fileId, parentId, name);
  return { placed: { id: fileId, parentId, name }, problem: isFree && item.has_folder ? null : problem };
}

async function freeName(tx: Tx, parentId: string, name: string): Promise<string> {
  const rows = await listNamesLike.all(tx, parentId, `${escapeLike(numberedPrefix(name))}%(%`);
  const taken = new Set(rows.map((each) => each.name));
  for (let n = 2; ; n++) {
    const candidate = numberedName(name, n);
    if (!taken.has(candidate)) return candidate;
  }
}
