import type { Backup, Rehearsal } from "@holdfast/contract";
import { audit } from "../../../platform/audit/audit.ts";
import type { Origin } from "../../../platform/http/principal.ts";
import { ProblemError } from "../../../platform/http/problem.ts";
import type { BackupsDeps } from "../backups.deps.ts";
import { listBackups } from "../backups.queries.ts";
import { toBackup } from "../browse/backup-view.ts";
import type { RehearsalRow } from "./rehearsals.queries.ts";
import * as queries from "./rehearsals.queries.ts";
import { rehearseJob } from "./rehearse.ts";

const OVERDUE_DAYS = 8;
const kitSetting = "recovery-kit";

export interface BackupHealth {
  lastInstanceBackup: Backup | null;
  lastProvenRestorable: string | null;
  rehearsalOverdue: boolean;
  lastRehearsal: Rehearsal | null;
  scrub: { segments: number; neverRead: number; oldestReadAt: string | null; bad: number };
  recoveryKitDownloadedAt: string | null;
}

/** What an admin must know: is what we call a backup one? */
export async function backupHealth(deps: Pick<BackupsDeps, "db" | "clock">): Promise<BackupHealth> {
  const backup = await listBackups.of("instance").first(deps.db, null, null, 1);
  const rehearsal = await queries.findLast.first(deps.db);
  const proven = await queries.findLastProof.first(deps.db);
  const scrub = await queries.findScrubState.first(deps.db);
  const kit = await queries.findSettingTime.first(deps.db, kitSetting);
  const at = proven?.at ?? null;
  const age = at === null ? Number.POSITIVE_INFINITY : deps.clock.now().getTime() - at.getTime();
  return {
    lastInstanceBackup: backup ? toBackup(backup, { role: "admin" }) : null,
    lastProvenRestorable: at?.toISOString() ?? null,
    rehearsalOverdue: age > OVERDUE_DAYS * 86_400_000,
    lastRehearsal: rehearsal ? toRehearsal(rehearsal) : null,
    scrub: {
      segments: scrub?.segments ?? 0,
      neverRead: scrub?.never_read ?? 0,
      oldestReadAt: scrub?.oldest?.toISOString() ?? null,
      bad: scrub?.bad ?? 0,
    },
    recoveryKitDownloadedAt: kit?.at.toISOString() ?? null,
  };
}

function toRehearsal(row: RehearsalRow): Rehearsal {
  return {
    id: row.id,
    backupId: row.backup_id,
    status: row.status,
    startedAt: row.started_at.toISOString(),
    finishedAt: row.finished_at?.toISOString() ?? null,
    rowsCompared: row.rows_compared,
    segmentsCompared: row.segments_compared,
    bytesCompared: row.bytes_compared,
    error: row.error,
  };
}

/** Throws not_found without a server backup, busy while one is under way. */
export async function startRehearsal(deps: BackupsDeps, origin: Origin): Promise<void> {
  const state = await queries.countForStart.first(deps.db);
  if (!state?.backups) throw new ProblemError("not_found", "There is no server backup yet. Make one first.");
  if (state.running > 0) throw new ProblemError("busy", "A test restore is running.");
  await deps.db.transaction(async (tx) => {
    await deps.jobs.enqueue(tx, rehearseJob, { now: true }, { singletonKey: "now" });
    await audit(tx, origin, { action: "backup.rehearse", targetId: null });
  });
}

/** From now on nobody is reminded of the kit. */
export async function noteKitDownload(deps: BackupsDeps, origin: Origin): Promise<void> {
  await deps.db.transaction(async (tx) => {
    await queries.recordTime.count(tx, kitSetting);
    await audit(tx, origin, { action: "backup.recovery-kit", targetId: null });
  });
}
