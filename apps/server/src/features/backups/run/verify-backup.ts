import { check, checkSnapshot } from "@holdfast/repository";
import { z } from "zod";
import { defineJob, type JobContext } from "../../../platform/jobs/job.ts";
import { raiseAlert, resolveAlerts } from "../../../platform/monitoring/alerts.ts";
import type { BackupsDeps } from "../backups.deps.ts";
import { type BackupRow, findWork } from "../backups.queries.ts";
import * as states from "../states/backup-states.queries.ts";
import { requestProof } from "../states/backup-states.ts";
import type { OpenTarget } from "../targets/open-target.ts";
import { TargetAway } from "../targets/target-away.ts";
import { listTargets } from "../targets/targets.queries.ts";
import { explainFailure, isLocked, isPassing } from "../work/explain-failure.ts";
import { watcherNotifier } from "../work/notify-watchers.ts";

export const verifyJob = defineJob({
  name: "backups.verify",
  payload: z.object({
    backupId: z.uuid(),
    /** Where one that gave way continues. */
    after: z.string().optional(),
    /** How often it has waited for others. */
    waits: z.number().int().default(0),
  }),
  expireInSeconds: 23 * 3600,
});

/** Reads a share of every target's repository each day, whatever backups say of themselves. */
export const checkTargetsJob = defineJob({
  name: "backups.check",
  payload: z.object({}),
  cron: "37 2 * * *",
  expireInSeconds: 23 * 3600,
});

/** What is at most so large is read back whole each time. */
const READ_WHOLE_BYTES = 256 * 1024 * 1024;
/** Each pack is read back within so many checks: daily ones read everything within 30 days. */
const MOST_SHARES = 30;
/** Backups and removals go first; what they leave undone for so long does not hold a verification up any more. */
const WAIT_MS = 60_000;
const MOST_WAITS = 60;
const LOOK_EVERY_MS = 5000;

const damagedRepositoryAlert = "backups.damaged";

/**
 * Reads a backup back, and records the verdict with it. Of an account, only what its own snapshot needs; of the instance, the whole
 * repository: structure and trees of all snapshots, and every byte of its packs or of the share whose turn it is.
 */
export async function verifyTarget(
  deps: BackupsDeps,
  row: Pick<BackupRow, "id" | "scope" | "user_id" | "tree_id">,
  target: OpenTarget,
  signal: AbortSignal,
): Promise<void> {
  const count = (await states.countVerified.first(deps.db, target.row.id, row.user_id))?.number ?? 0;
  if (row.scope === "instance") {
    const errors = await checkTarget(deps, target, count, signal);
    return record(deps, row.id, target, errors);
  }
  // The row was read before its snapshot was stored.
  const tree = row.tree_id ?? ((await findWork.first(deps.db, row.id))?.tree_id as string);
  const readData = { turn: count, atMost: READ_WHOLE_BYTES };
  const { errors } = await checkSnapshot(target.repository, tree, { readData, signal });
  return record(deps, row.id, target, errors);
}

async function record(
  deps: BackupsDeps,
  backupId: string,
  target: OpenTarget,
  errors: readonly string[],
): Promise<void> {
  const [first] = errors;
  const verdict =
    first === undefined
      ? null
      : `The backup is not proven: ${first}${andMore(errors)} Make a new backup; if this comes again, look at the disk of the target "${target.row.name}".`;
  await states.recordProof.count(deps.db, backupId, verdict);
}

function andMore(errors: readonly string[]): string {
  return errors.length > 1 ? ` (and ${errors.length - 1} more findings)` : "";
}

/** Reads a target's repository against itself, and tells the administrators what is wrong with it. */
async function checkTarget(
  deps: BackupsDeps,
  { repository, store, row }: OpenTarget,
  turn: number | "everything",
  signal: AbortSignal,
): Promise<string[]> {
  const readData = turn === "everything" ? "all" : await chooseShare(store, turn);
  const { errors } = await check(repository, { signal, readData });
  if (errors.length > 0) {
    await raiseAlert(deps.db, {
      ...{ kind: damagedRepositoryAlert, subject: row.id, severity: "critical" },
      title: `The backup repository of the target "${row.name}" is damaged: ${errors[0]}${andMore(errors)} Make new backups, and look at the disk of the target.`,
      data: { targetId: row.id, findings: errors.slice(0, 20), count: errors.length },
    });
  } else if (readData === "all") {
    await resolveAlerts(deps.db, damagedRepositoryAlert, [row.id]);
  }
  return errors;
}

async function chooseShare(store: OpenTarget["store"], turn: number): Promise<"all" | { part: number; of: number }> {
  let bytes = 0;
  for await (const { size } of store.list("data/")) bytes += size;
  if (bytes <= READ_WHOLE_BYTES) return "all";
  const of = Math.min(MOST_SHARES, Math.ceil(bytes / READ_WHOLE_BYTES));
  return { part: (turn % of) + 1, of };
}

/** The job of every day. A target that is in use, or not connected, has its turn tomorrow. */
export async function checkTargets(deps: BackupsDeps, context: JobContext): Promise<void> {
  const day = Math.floor(deps.clock.now().getTime() / 86_400_000);
  for (const { id, repository_id } of await listTargets.all(deps.db)) {
    if (repository_id === null) continue;
    try {
      await checkTarget(deps, await deps.targets.open(id), day, context.signal);
    } catch (error) {
      if (!isLocked(error) && !(error instanceof TargetAway)) throw error;
      context.log.info({ err: error, targetId: id }, "a target was not checked today");
    }
  }
}

/** The job behind "verify now": everything that the backup needs is read. */
export async function verifyBackup(
  deps: BackupsDeps,
  payload: z.output<typeof verifyJob.payload>,
  context: JobContext,
): Promise<void> {
  const row = await requestProof(deps.db, payload.backupId);
  if (!row) return;
  const notify = await watcherNotifier(deps, row);
  let waiting = false;
  const comeBack = async (after: string | undefined): Promise<void> => {
    waiting = true;
    const startAfter = new Date(deps.clock.now().getTime() + WAIT_MS);
    const again = { ...payload, ...(after === undefined ? {} : { after }), waits: payload.waits + 1 };
    await deps.jobs.enqueue(deps.db, verifyJob, again, { startAfter, singletonKey: `again ${row.id}` });
  };
  const isWanted = async (): Promise<boolean> =>
    row.scope !== "instance" &&
    payload.waits < MOST_WAITS &&
    ((await states.isWanted.first(deps.db, row.target_id))?.wanted ?? false);
  try {
    if (await isWanted()) return await comeBack(payload.after);
    const target = await deps.targets.open(row.target_id);
    if (row.scope === "instance") {
      return await record(deps, row.id, target, await checkTarget(deps, target, "everything", context.signal));
    }
    let looked = performance.now();
    const { errors, next } = await checkSnapshot(target.repository, row.tree_id as string, {
      ...{ readData: "all", after: payload.after, signal: context.signal },
      async giveWay() {
        if (performance.now() - looked < LOOK_EVERY_MS) return false;
        looked = performance.now();
        return isWanted();
      },
    });
    if (next === null || errors.length > 0) await record(deps, row.id, target, errors);
    else await comeBack(next);
  } catch (error) {
    if (context.signal.aborted || isPassing(error)) throw error;
    await states.recordProofError.count(deps.db, row.id, explainFailure(error));
  } finally {
    if (!waiting) await states.endProof.count(deps.db, row.id);
    notify();
  }
}
