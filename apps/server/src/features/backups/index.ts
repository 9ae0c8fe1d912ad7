import type { BackupsDeps, BackupsOptions } from "./backups.deps.ts";
import { createTargets } from "./targets/open-target.ts";

export type { BackupsDeps, IncomingFile } from "./backups.deps.ts";
export { backupsJobs } from "./backups.jobs.ts";
export { backupsRoutes } from "./backups.routes.ts";

/** What the backups feature works with. Call `close` before the pool ends. */
export function createBackups(options: BackupsOptions): BackupsDeps & { close(): Promise<void> } {
  const targets = createTargets(options);
  return { ...options, targets, close: () => targets.close() };
}
