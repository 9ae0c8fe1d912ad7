import type { BackupsDeps } from "../backups.deps.ts";
import { listAdmins } from "../backups.queries.ts";

/** What notifies the open pages of everybody who may see a backup: its user, or every admin. */
export async function watcherNotifier(
  deps: Pick<BackupsDeps, "db" | "events">,
  row: { id: string; user_id: string | null },
): Promise<() => void> {
  const users = row.user_id === null ? (await listAdmins.all(deps.db)).map(({ id }) => id) : [row.user_id];
  return () => {
    for (const user of users) deps.events.publish(user, { type: "backups.changed", id: row.id });
  };
}
