import { execute } from "../../../platform/database/database.ts";
import type { BackupsDeps } from "../backups.deps.ts";

/** Tells the open pages of whoever may see a piece of work: its person, or every admin. */
export async function tellAbout(
  deps: Pick<BackupsDeps, "db" | "events">,
  row: { id: string; user_id: string | null },
): Promise<() => void> {
  const people = row.user_id === null ? await admins(deps) : [row.user_id];
  return () => {
    for (const person of people) deps.events.publish(person, { type: "backups.changed", id: row.id });
  };
}

async function admins({ db }: Pick<BackupsDeps, "db">): Promise<string[]> {
  const rows = await execute<{ id: string }>(
    db,
    "select id from holdfast.users where role = 'admin' and deleted_at is null",
  );
  return rows.map(({ id }) => id);
}
