import type { BackupsDeps, BackupsOptions } from "./backups.deps.ts";
import { createTargets } from "./targets/open-target.ts";

export type { BackupsDeps } from "./backups.deps.ts";
export { backupsJobs } from "./backups.jobs.ts";
export { backupsRoutes } from "./backups.routes.ts";
export { healSegment } from "./heal/heal-segment.ts";
export { type BackupHealth, backupHealth } from "./proof/health.ts";
export { readBackedUpTable } from "./proof/read-backed-up-table.ts";
export { recoveryKit } from "./recovery-kit.ts";
export { instanceSnapshots, restoreHere } from "./restore/instance/restore-here.ts";
export { RestoreRefused } from "./restore/instance/restore-refused.ts";
export { createSetupRestoring, refuseWhileRestoring, type SetupRestoring } from "./restore/setup/restoring.ts";
export { setupRestoreRoutes } from "./restore/setup/setup.routes.ts";
export { backUpNow, findTarget, findWork } from "./run/back-up-now.ts";
export { resumeBackups } from "./schedules/tick.ts";
export { withPlace } from "./targets/open-place.ts";
export { comparePassword, passwordFile } from "./targets/password.ts";
export { startOver } from "./targets/start-over.ts";
export { listTargetPlaces } from "./targets/target-places.ts";
export { localTargetsAway } from "./targets/targets-away.ts";
export { explainFailure } from "./work/explain-failure.ts";
export { withoutPaths } from "./work/without-paths.ts";

/** What the backups feature works with. Call `close` before the pool ends. */
export function createBackups(options: BackupsOptions): BackupsDeps & { close(): Promise<void> } {
  const targets = createTargets(options);
  return { ...options, targets, close: () => targets.close() };
}
