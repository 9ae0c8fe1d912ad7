import type { Rewind } from "@holdfast/contract";
import { z } from "zod";
import { audit } from "../../../platform/audit/audit.ts";
import { tooManyAtOnce } from "../../../platform/http/at-once.ts";
import { keepAnswer } from "../../../platform/http/idempotency/idempotency.ts";
import type { Origin } from "../../../platform/http/principal.ts";
import { notFound, ProblemError } from "../../../platform/http/problem.ts";
import { newId } from "../../../platform/ids.ts";
import { defineJob } from "../../../platform/jobs/job.ts";
import type { FilesDeps } from "../files.deps.ts";
import { toRewind } from "./rewind-view.ts";
import * as queries from "./rewinds.queries.ts";

/** How long places are kept, and so how far back a space can be rewound. */
export const rewindDays = 30;

const dryRunsAtOnce = 3;

export const rewindJob = defineJob({
  name: "files.rewind",
  payload: z.object({ rewindId: z.uuid() }),
  expireInSeconds: 6 * 3600,
  concurrency: 2,
});

/**
 * Brings a space back to what it was at a time, by a job: its row, and the job with it, are there together. A dry run finds out what would be done.
 * Throws invalid_request, busy, too_many_at_once.
 */
export async function beginRewind(
  deps: FilesDeps,
  origin: Origin,
  { spaceId, to, dryRun }: { spaceId: string; to: Date; dryRun: boolean },
): Promise<Rewind> {
  return deps.db.transaction(async (tx) => {
    await queries.lockSpace.count(tx, spaceId);
    const { since, now } = (await queries.findHistory.first(tx, rewindDays))!;
    if (to > now) throw new ProblemError("invalid_request", "to: this lies in the future.");
    if (to < since) {
      throw new ProblemError(
        "invalid_request",
        `to: what was where is known since ${since.toISOString()}. For a time before that, restore a backup.`,
      );
    }
    const { running = 0, dry = 0 } = (await queries.countRunning.first(tx, spaceId)) ?? {};
    if (!dryRun && running > 0) {
      throw new ProblemError("busy", "This account is being rewound already. Wait until that is done, or cancel it.");
    }
    if (dryRun && dry >= dryRunsAtOnce) throw tooManyAtOnce("previews of a rewind", dryRunsAtOnce, 10);
    const id = newId();
    const { actorId, ip, requestId } = origin;
    const row = await queries.insert.first(tx, id, spaceId, to, dryRun, actorId, ip, requestId);
    if (!dryRun) {
      const detail = { rewindId: id, to: to.toISOString() };
      await audit(tx, origin, { action: "user.rewind", targetId: spaceId, detail });
    }
    await deps.jobs.enqueue(tx, rewindJob, { rewindId: id });
    return keepAnswer(tx, toRewind(row!, deps.keepVersions));
  });
}

/** Throws not_found. */
export async function getRewind(deps: FilesDeps, spaceId: string, id: string): Promise<Rewind> {
  const row = await queries.find.first(deps.db, id);
  if (row?.space_id !== spaceId) throw notFound();
  return toRewind(row, deps.keepVersions);
}

/** The newest first. */
export async function listRewinds(deps: FilesDeps, spaceId: string): Promise<Rewind[]> {
  return (await queries.list.all(deps.db, spaceId)).map((row) => toRewind(row, deps.keepVersions));
}

/** Stops one that is running. What it has done stays done: a rewind to the moment before it began undoes that. Throws not_found. */
export async function cancelRewind(deps: FilesDeps, origin: Origin, spaceId: string, id: string): Promise<void> {
  await getRewind(deps, spaceId, id);
  await deps.db.transaction(async (tx) => {
    if (!(await queries.lock.first(tx, id))) return;
    await queries.end.count(tx, id, "cancelled", null, null);
    await queries.deleteItems.count(tx, id);
    await audit(tx, origin, { action: "user.rewind-cancel", targetId: spaceId, detail: { rewindId: id } });
  });
}
