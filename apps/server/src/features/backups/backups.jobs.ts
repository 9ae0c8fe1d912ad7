import { handleJob, type JobHandler } from "../../platform/jobs/job.ts";
import type { BackupsDeps } from "./backups.deps.ts";
import { scrub, scrubJob } from "./heal/scrub.ts";
import { rehearse, rehearseJob } from "./proof/rehearse.ts";
import { runRestore, runRestoreJob } from "./restore/account/run-restore.ts";
import { removeOldBackups, removeOldBackupsJob } from "./retention/remove-old-backups.ts";
import { runBackup, runBackupJob } from "./run/run-backup.ts";
import { checkTargets, checkTargetsJob, verifyBackup, verifyJob } from "./run/verify-backup.ts";
import { tick, tickJob } from "./schedules/tick.ts";
import { tidyJob, tidyTargets } from "./targets/tidy-targets.ts";

export function backupsJobs(deps: BackupsDeps): JobHandler[] {
  return [
    handleJob(runBackupJob, ({ backupId }, context) => runBackup(deps, backupId, context)),
    handleJob(verifyJob, (payload, context) => verifyBackup(deps, payload, context)),
    handleJob(checkTargetsJob, (_payload, context) => checkTargets(deps, context)),
    handleJob(runRestoreJob, ({ restoreId }, context) => runRestore(deps, restoreId, context)),
    handleJob(removeOldBackupsJob, ({ targetId }, context) => removeOldBackups(deps, targetId, context)),
    handleJob(tickJob, () => tick(deps)),
    handleJob(tidyJob, (_payload, context) => tidyTargets(deps, context)),
    handleJob(rehearseJob, ({ now }, context) => rehearse(deps, now, context)),
    handleJob(scrubJob, async (_payload, context) => {
      await scrub(deps, context);
    }),
  ];
}
