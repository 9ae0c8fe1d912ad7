import { audit } from "../../../platform/audit/audit.ts";
import type { Tx } from "../../../platform/database/database.ts";
import { ProblemError } from "../../../platform/http/problem.ts";
import { inBulkTurn } from "../../../platform/jobs/bulk-turns.ts";
import type { JobContext } from "../../../platform/jobs/job.ts";
import { keepFailure } from "../../../platform/jobs/keep-failure.ts";
import type { FilesDeps } from "../files.deps.ts";
import { folderChanged } from "../files.events.ts";
import { lockTree } from "../limits/depth.queries.ts";
import { addUsage } from "../usage.queries.ts";
import { type Placed, placeItem } from "./place-item.ts";
import { planRewind } from "./plan.ts";
import * as rewinds from "./rewinds.queries.ts";
import { rewindDays, rewindJob } from "./rewinds.ts";
import * as queries from "./run.queries.ts";

/** Items of one transaction. */
const batch = 200;
/** Open pages are told of so many folders by name; of more, that all may have changed. */
const foldersNamed = 20;
const oldPlacesAtOnce = 5_000;

/** What one transaction did: null, there was nothing left of that step. */
type Done = { folders: string[] } | null;

/**
 * Makes a space as it was, a batch in each transaction; begun again after a kill it continues where it stood. What came since leaves its names first,
 * then folders go to their places, the outermost first, then files, and last their contents change.
 */
export function runRewind(deps: FilesDeps, id: string, context: JobContext): Promise<void> {
  const work = async () => {
    await planRewind(deps, id);
    const row = await rewinds.find.first(deps.db, id);
    if (row?.status !== "running") return;
    if (!row.dry_run) await runSteps(deps, row, context);
    await complete(deps, id);
  };
  return keepFailure(context, work, (error) => fail(deps, id, error));
}

async function runSteps(deps: FilesDeps, { id, space_id }: rewinds.RewindRow, context: JobContext): Promise<void> {
  for (const step of [trashStep, placeStep(2), placeStep(3), contentsStep]) {
    for (let done: Done = { folders: [] }; done !== null; ) {
      context.signal.throwIfAborted();
      done = await inBulkTurn(() =>
        deps.db.transaction(async (tx) => {
          const row = await rewinds.lock.first(tx, id);
          return row ? step(tx, row) : null;
        }),
      );
      if (done) announce(deps, space_id, done.folders);
    }
  }
}

function announce({ events }: FilesDeps, spaceId: string, folders: string[]): void {
  if (folders.length <= foldersNamed) folderChanged(events, spaceId, ...folders, "trash");
  else events.publish(spaceId, { type: "files.changed" });
}

const askedBy = (row: rewinds.RewindRow) => [row.asked_by, row.ip, row.request_id] as const;

async function trashStep(tx: Tx, row: rewinds.RewindRow): Promise<Done> {
  const { items = 0, folders = null } = (await queries.trashBatch.first(tx, row.id, batch, ...askedBy(row))) ?? {};
  if (items === 0) return null;
  await rewinds.addDone.count(tx, row.id, items, "[]");
  return { folders: folders ?? [] };
}

/** Never refused: what is charged is what is kept, and an account whose quota is full is rewound all the same. */
async function contentsStep(tx: Tx, row: rewinds.RewindRow): Promise<Done> {
  const found = await queries.contentsBatch.first(tx, row.id, batch, ...askedBy(row));
  if (!found || found.items === 0) return null;
  if (found.bytes > 0) await addUsage.count(tx, row.space_id, found.bytes, 0, 0);
  await rewinds.addDone.count(tx, row.id, found.items, JSON.stringify(found.failed ?? []));
  return { folders: found.folders ?? [] };
}

const placeStep =
  (step: 2 | 3) =>
  async (tx: Tx, row: rewinds.RewindRow): Promise<Done> => {
    // Folders: as any move of one, so that two never close a circle.
    if (step === 2) await lockTree.count(tx, row.space_id);
    const ids = (await queries.lockPlaceBatch.all(tx, row.id, step, batch)).map(({ file_id }) => file_id);
    if (ids.length === 0) return null;
    const folders = new Set<string>();
    const placed: Placed[] = [];
    const problems: rewinds.RewindLine[] = [];
    for (const each of await queries.place.all(tx, row.id, step, ids)) {
      placed.push({ id: each.id, parentId: each.parent_id, name: each.name });
      if (each.former_id) folders.add(each.former_id);
    }
    const simple = new Set(placed.map(({ id }) => id));
    await queries.deletePlaced.count(tx, row.id, step, [...simple]);
    for (const id of ids.filter((each) => !simple.has(each))) {
      const { placed: there, problem } = await placeItem(tx, row, step, id);
      if (there) placed.push(there);
      if (problem) problems.push(problem);
      await queries.deletePlaced.count(tx, row.id, step, [id]);
    }
    for (const { parentId } of placed) folders.add(parentId);
    const [placedIds, names] = [placed.map(({ id }) => id), placed.map(({ name }) => name)];
    await queries.notePlaced.count(tx, row.id, placedIds, names, ...askedBy(row));
    await rewinds.addDone.count(tx, row.id, ids.length, JSON.stringify(problems));
    return { folders: [...folders] };
  };

async function complete(deps: FilesDeps, id: string): Promise<void> {
  await deps.db.transaction(async (tx) => {
    const row = await rewinds.lock.first(tx, id);
    if (!row) return;
    await rewinds.deleteItems.count(tx, id);
    await rewinds.end.count(tx, id, "completed", null, null);
    if (row.dry_run) return;
    const origin = { actorId: row.asked_by, ip: row.ip, requestId: row.request_id };
    await audit(tx, origin, { action: "user.rewound", targetId: row.space_id, detail: { rewindId: id, ...row.plan } });
  });
}

async function fail(deps: FilesDeps, id: string, error: unknown): Promise<void> {
  const known = error instanceof ProblemError ? error : null;
  const detail = known?.message ?? "Something went wrong on the server. Rewind to the same time again: it continues.";
  await deps.db.transaction(async (tx) => {
    if (!(await rewinds.lock.first(tx, id))) return;
    await rewinds.end.count(tx, id, "failed", known?.code ?? "internal", detail);
    await rewinds.deleteItems.count(tx, id);
  });
}

/** Takes up rewinds whose job is gone, and forgets ended ones and places that are too old. */
export async function sweepRewinds(deps: FilesDeps): Promise<void> {
  for (const { id } of await rewinds.listLeftOver.all(deps.db)) {
    await deps.jobs.enqueue(deps.db, rewindJob, { rewindId: id }, { singletonKey: id });
  }
  await rewinds.deleteEnded.count(deps.db);
  for (let deleted = oldPlacesAtOnce; deleted === oldPlacesAtOnce; ) {
    deleted = await inBulkTurn(() => rewinds.deleteOldPlaces.count(deps.db, rewindDays, oldPlacesAtOnce));
  }
}
