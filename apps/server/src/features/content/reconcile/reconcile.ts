import { withAdvisoryLock } from "../../../platform/database/advisory-lock.ts";
import { newId } from "../../../platform/ids.ts";
import type { ContentDeps } from "../content.deps.ts";
import { markStore, storeTime } from "./belonging.ts";
import { comparePrefix, type FoundObject } from "./compare.ts";
import { noteOrphans, removeOrphans } from "./orphans.ts";
import { concernedFiles, confirmProblems } from "./problems.ts";
import { markBad, type SegmentOfTable } from "./reconcile.queries.ts";
import { emptyReport, lastFinished, type StorageReport, saveReport } from "./report.ts";

export interface ReconcileOptions {
  /** "look": nothing is changed or noted. "report": what has no row is noted. "remove": what an earlier report noted goes as well. */
  mode: "look" | "report" | "remove";
  /** So many objects without a row were announced to the operator, who says that they may go. */
  confirmed?: number;
  signal: AbortSignal;
}

/** With more of the objects unknown to the tables, these are likely the tables of another store. */
const LARGEST_SHARE = 0.2;
/** So few may be any share: a young installation has no more. */
const ALWAYS_FEW = 20;
const NAMED_PROBLEMS = 100;
const LEFTOVER_AGE_MS = 24 * 3_600_000;
const CONFIRMED_AT_ONCE = 500;

/**
 * Compares the object store with the tables in both directions, and removes objects that no row knows: only what an earlier report saw, what
 * is older than the grace by the store's own clock, and never where much of the store is unknown. Memory is bounded by a 256th of the store.
 * @returns null where another comparison is under way
 */
export async function reconcile(deps: ContentDeps, options: ReconcileOptions): Promise<StorageReport | null> {
  let report: StorageReport | null = null;
  await withAdvisoryLock(deps.db, "storage reconcile", async () => {
    report = await compareAll(deps, options);
  });
  return report;
}

async function compareAll(deps: ContentDeps, { mode, confirmed, signal }: ReconcileOptions): Promise<StorageReport> {
  const report = emptyReport(newId(), deps.clock.now());
  const before = await lastFinished(deps.db);
  const notes = mode !== "look";
  if (notes) await saveReport(deps.db, report);
  const strangers = notes ? await markStore(deps) : [];
  const counts = { objects: 0, bytes: 0, segments: 0, unknown: 0 };
  const orphans: FoundObject[] = [];
  const suspects: SegmentOfTable[] = [];
  const bad: Buffer[] = [];

  const settleOrphans = async (): Promise<void> => {
    const group = orphans.splice(0);
    if (notes && group.length > 0) await noteOrphans(deps, report.id, group);
  };
  const settleSuspects = async (): Promise<void> => {
    for (const problem of await confirmProblems(deps, suspects.splice(0))) {
      if (problem.kind === "missing") report.missing++;
      else report.wrongSize++;
      if (report.problems.length >= NAMED_PROBLEMS) continue;
      report.problems.push({ ...problem, files: await concernedFiles(deps.db, problem.sha256) });
      bad.push(Buffer.from(problem.sha256, "hex"));
    }
  };

  for (let prefix = 0; prefix < 256; prefix++) {
    signal.throwIfAborted();
    for await (const found of comparePrefix(deps, prefix, counts)) {
      if (found.kind === "unreferenced") {
        report.unreferenced++;
        report.unreferencedBytes += found.object.size;
        if (orphans.push(found.object) >= CONFIRMED_AT_ONCE) await settleOrphans();
      } else if (suspects.push(found.segment) >= CONFIRMED_AT_ONCE) await settleSuspects();
    }
  }
  await settleOrphans();
  await settleSuspects();
  Object.assign(report, counts);

  if (notes) await askToHeal(deps, report, bad);
  if (mode === "remove") {
    report.refusal = refusalOf(report, strangers, confirmed);
    if (report.refusal === null && before !== null) {
      const graceMs = deps.segmentGraceSeconds * 1000;
      const storedBefore = new Date((await storeTime(deps)).getTime() - graceMs);
      // What the report before saw in the millisecond in which it ended counts, and nothing that this one saw first.
      const seenBy = new Date(Math.min(before.getTime(), report.startedAt.getTime() - 1));
      const gone = await removeOrphans(deps, { reportId: report.id, seenBy, storedBefore, signal });
      report.removed = gone.count;
      report.removedBytes = gone.bytes;
    }
  }
  const left = await deps.store.leftovers({ olderThanMs: LEFTOVER_AGE_MS, remove: mode === "remove" });
  report.leftovers = left.count;
  report.leftoverBytes = left.bytes;
  report.finishedAt = deps.clock.now();
  if (notes) await saveReport(deps.db, report);
  return report;
}

/** The scrub reads these next, and brings back from backups what it can. Not where it looks as if the store were not there. */
async function askToHeal(deps: ContentDeps, report: StorageReport, bad: readonly Buffer[]): Promise<void> {
  if (bad.length === 0 || report.missing > Math.max(ALWAYS_FEW, report.segments * LARGEST_SHARE)) return;
  await markBad.count(deps.db, bad);
}

/** Why nothing may be removed, as a sentence that says what to do; null where it may. */
function refusalOf(report: StorageReport, strangers: readonly string[], confirmed?: number): string | null {
  const { unreferenced, objects } = report;
  if (unreferenced === 0) return null;
  if (strangers.length > 0) {
    return `The store is marked by another installation too (${strangers.join(", ")}), whose objects must stay. If that one is gone for good, or was restored as this one, delete the mark from the store.`;
  }
  if (confirmed === unreferenced || unreferenced <= Math.max(ALWAYS_FEW, objects * LARGEST_SHARE)) return null;
  return `${unreferenced} of ${objects} objects have no row: is this the right database for this store? If it is, run "holdfast storage reconcile --remove --confirm ${unreferenced}".`;
}
