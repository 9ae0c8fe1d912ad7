import type { AlertsDeps } from "./alerts.deps.ts";
import { listAdmins } from "./people.queries.ts";

/** Open pages of administrators read the alerts again. */
export async function tellPages({ db, events }: Pick<AlertsDeps, "db" | "events">): Promise<void> {
  for (const { id } of await listAdmins.all(db)) events.publish(id, { type: "alerts.changed" });
}
