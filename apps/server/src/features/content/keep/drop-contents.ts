import type { Tx } from "../../../platform/database/database.ts";
import * as queries from "./keep.queries.ts";

/**
 * Drops those of the contents that nothing refers to any more. Their segments' grace begins now: a backup or an upload that is under
 * way may still need them.
 */
export async function dropContents(tx: Tx, contentIds: readonly string[]): Promise<void> {
  await queries.dropContents.count(tx, contentIds);
}
