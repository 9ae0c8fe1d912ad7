import type { Tx } from "../../../platform/database/database.ts";
import type { FilesDeps } from "../files.deps.ts";
import * as queries from "./plan.queries.ts";
import * as rewinds from "./rewinds.queries.ts";

/** What a preview names of what is to be done, and a result of what could not be. */
const namedAtMost = 100;

/**
 * Finds out what differs from then, once, in the statement's one instant: what anybody changes later is not part of it. The items stay in the
 * database, however many they are.
 */
export async function planRewind(deps: Pick<FilesDeps, "db">, id: string): Promise<void> {
  await deps.db.transaction(async (tx) => {
    const row = await rewinds.lock.first(tx, id);
    if (!row || row.items_total !== null) return;
    await queries.planItems.count(tx, id, row.space_id, row.to_time);
    await queries.setDepths.count(tx, id);
    const { items = 0, ...counts } = (await queries.countItems.first(tx, id)) ?? {};
    const { lost, lines } = await listLost(tx, row);
    const plan = { contents: 0, restored: 0, moved: 0, trashed: 0, ...counts, lost };
    const sample = JSON.stringify(await sampleOf(tx, id));
    await rewinds.setPlan.count(tx, id, JSON.stringify(plan), sample, JSON.stringify(lines), items);
  });
}

async function listLost(tx: Tx, { space_id, to_time }: rewinds.RewindRow) {
  const gone = await queries.listLost.all(tx, space_id, to_time, namedAtMost);
  const noVersion = await queries.listWithoutVersion.all(tx, space_id, to_time, namedAtMost);
  const lines = [...gone, ...noVersion].slice(0, namedAtMost);
  return {
    lost: (gone[0]?.lost ?? 0) + (noVersion[0]?.lost ?? 0),
    lines: lines.map(({ file_id, name }) => ({ fileId: file_id, name, what: "lost" as const })),
  };
}

async function sampleOf(tx: Tx, id: string): Promise<rewinds.RewindLine[]> {
  const rows = await queries.sampleItems.all(tx, id, namedAtMost);
  return rows.map(({ file_id, name, step, restored }) => ({
    fileId: file_id,
    name,
    what: step === 1 ? "trashed" : step === 4 ? "contents" : restored ? "restored" : "moved",
  }));
}
