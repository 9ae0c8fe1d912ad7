import type { BackupsDeps, BackupsOptions } from "./backups.deps.ts";
import { createTargets } from "./targets/open-target.ts";

export type { BackupsDeps } from "./backups.deps.ts";
export { backupsJobs } from "./backups.jobs.ts";
export { backupsRoutes } from "./backups.routes.ts";
export { instanceSnapshots, restoreHere } from "./instance/restore-here.ts";
export { RestoreRefused } from "./instance/restore-refused.ts";
export { healSegment } from "./proof/heal-segment.ts";
export { scrub } from "./proof/scrub.ts";
export { recoveryKit } from "./recovery-kit.ts";
export { backUpNow, findTarget, findWork } from "./run/back-up-now.ts";
export { explainFailure } from "./run/work-errors.ts";
export { enterDue, resumeBackups } from "./schedules/tick.ts";
export { createSetupRestoring, holdBack, type SetupRestoring } from "./setup/restoring.ts";
export { setupRestoreRoutes } from "./setup/setup.routes.ts";
export { withPlace } from "./targets/open-place.ts";
export { passwordFile } from "./targets/password.ts";
export { startOver } from "./targets/start-over.ts";

/** What the backups feature works with. Call `close` before the pool ends. */
export function createBackups(options: BackupsOptions): BackupsDeps & { close(): Promise<void> } {
  const targets = createTargets(options);
  return { ...options, targets, close: () => targets.close() };
}
