import type { Backup, Rehearsal } from "@holdfast/contract";
import { audit } from "../../../platform/audit/audit.ts";
import { execute } from "../../../platform/database/database.ts";
import type { Origin } from "../../../platform/http/principal.ts";
import { ProblemError } from "../../../platform/http/problem.ts";
import type { BackupsDeps } from "../backups.deps.ts";
import { listBackupRows } from "../backups.queries.ts";
import { toBackup } from "../browse/backup-view.ts";
import { rehearseJob } from "./rehearse.ts";

const OVERDUE_DAYS = 8;
const kitSetting = "recovery-kit";

interface RehearsalRow {
  id: string;
  backup_id: string;
  status: Rehearsal["status"];
  started_at: Date;
  finished_at: Date | null;
  rows_compared: number;
  segments_compared: number;
  bytes_compared: number;
  error: string | null;
}

export interface BackupHealth {
  lastInstanceBackup: Backup | null;
  lastProvenRestorable: string | null;
  rehearsalOverdue: boolean;
  lastRehearsal: Rehearsal | null;
  scrub: { segments: number; neverRead: number; oldestReadAt: string | null; bad: number };
  recoveryKitDownloadedAt: string | null;
}

/** What an admin must know: is what we call a backup one? */
export async function backupHealth(deps: BackupsDeps): Promise<BackupHealth> {
  const [backup] = await listBackupRows(deps.db, { userId: null, limit: 1, beforeId: null });
  const [rehearsal] = await execute<RehearsalRow>(
    deps.db,
    "select * from holdfast.rehearsals order by started_at desc limit 1",
  );
  const [proven] = await execute<{ at: Date | null }>(
    deps.db,
    "select max(finished_at) as at from holdfast.rehearsals where status = 'completed'",
  );
  const [scrub] = await execute<{ segments: number; neverread: number; oldest: Date | null; bad: number }>(
    deps.db,
    `select count(*)::int as segments, count(*) filter (where verified_at is null)::int as neverread, min(verified_at) as oldest,
       count(*) filter (where state = 'bad')::int as bad from holdfast.segments`,
  );
  const [kit] = await execute<{ at: Date }>(deps.db, "select updated_at as at from holdfast.settings where key = $1", [
    kitSetting,
  ]);
  const at = proven?.at ?? null;
  const age = at === null ? Number.POSITIVE_INFINITY : deps.clock.now().getTime() - at.getTime();
  return {
    lastInstanceBackup: backup ? toBackup(backup, { role: "admin" }) : null,
    lastProvenRestorable: at?.toISOString() ?? null,
    rehearsalOverdue: age > OVERDUE_DAYS * 86_400_000,
    lastRehearsal: rehearsal ? toRehearsal(rehearsal) : null,
    scrub: {
      segments: scrub?.segments ?? 0,
      neverRead: scrub?.neverread ?? 0,
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
  const [state] = await execute<{ backups: number; running: number }>(
    deps.db,
    `select (select count(*)::int from holdfast.backups where scope = 'instance' and status = 'completed' and deleted_at is null) as backups,
       (select count(*)::int from holdfast.rehearsals where status = 'running') as running`,
  );
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
    await execute(
      tx,
      `insert into holdfast.settings (key, value) values ($1, to_jsonb(now()))
       on conflict (key) do update set value = excluded.value, updated_at = now()`,
      [kitSetting],
    );
    await audit(tx, origin, { action: "backup.recovery-kit", targetId: null });
  });
}
