import type { BackupsDeps } from "../backups.deps.ts";
import { type BackupRow, listAdmins, listTeamManagers } from "../backups.queries.ts";

/** What notifies the open pages of everybody who may see a backup: its user, the managers of its team, or every admin. */
export async function watcherNotifier(
  deps: Pick<BackupsDeps, "db" | "events">,
  { id, scope, user_id: whose }: Pick<BackupRow, "id" | "scope" | "user_id">,
): Promise<() => void> {
  const many =
    whose === null ? listAdmins.all(deps.db) : scope === "space" ? listTeamManagers.all(deps.db, whose) : null;
  const users = (await many)?.map((user) => user.id) ?? [whose as string];
  return () => {
    for (const user of users) deps.events.publish(user, { type: "backups.changed", id });
  };
}
