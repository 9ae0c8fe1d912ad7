import { forgetPrintsOfReads, forgetReads } from "../../../../platform/audit/seal/seal.queries.ts";
import { maintenanceSetting } from "../../../../platform/maintenance/maintenance.ts";
import { forgetSetting } from "../../../../platform/settings/live-setting.ts";
import { hashJob, installationSetting } from "../../../content/index.ts";
import type { BackupsDeps } from "../../backups.deps.ts";
import { forgetRepository } from "../../targets/start-over.ts";
import { TargetAway } from "../../targets/target-away.ts";
import { isBuiltIn } from "../../targets/target-row.ts";
import { listTargets } from "../../targets/targets.queries.ts";
import { deleteSetting, listUnhashed } from "./after-restore.queries.ts";

/** In the settings from the restore of an instance until its first worker has started. */
export const restoredSetting = "instance-restored";

/**
 * The queue is not in a backup: what was waiting in it when the backup was made, and is not asked for again by itself, is asked for here.
 * Nor is the repository in the data folder, which was lost with it.
 */
export async function finishRestore(deps: Pick<BackupsDeps, "db" | "jobs" | "targets">): Promise<void> {
  await deps.db.transaction(async (tx) => {
    if ((await deleteSetting.count(tx, restoredSetting)) === 0) return;
    await forgetReads.count(tx);
    await forgetPrintsOfReads.count(tx);
    // Whatever the store holds besides is not this installation's before somebody says so (see `belonging.ts`).
    await deleteSetting.count(tx, installationSetting);
    // It was on where the backup was made.
    await forgetSetting(tx, maintenanceSetting);
    const contents = await listUnhashed.all(tx);
    for (const target of (await listTargets.all(tx)).filter(isBuiltIn)) {
      try {
        await (await deps.targets.openStore(target)).close();
      } catch (error) {
        if (!(error instanceof TargetAway)) throw error;
        await forgetRepository(tx, target.id);
      }
    }
    for (const { id } of contents) await deps.jobs.enqueue(tx, hashJob, { contentId: id });
  });
}
