import { backupKinds } from "./backup-kinds.ts";
import { databaseKinds } from "./database-kinds.ts";
import { type AlertKind, pages } from "./kind.ts";
import { peopleKinds } from "./people-kinds.ts";
import { serverKinds } from "./server-kinds.ts";
import { suspiciousKinds } from "./suspicious-kinds.ts";

/** Every kind of alert, in the order of the list of rules. A new kind is a line in one of these; one that has none is shown all the same. */
export const catalogue: readonly AlertKind[] = [
  ...backupKinds,
  ...serverKinds,
  ...databaseKinds,
  ...peopleKinds,
  ...suspiciousKinds,
];

const byKind = new Map(catalogue.map((entry) => [entry.kind, entry]));

/** What is known of a kind: its own entry, that of its family (`suspicious.*`), or what can be said of anything. */
export function kindOf(kind: string): AlertKind {
  const own = byKind.get(kind) ?? byKind.get(`${kind.split(".")[0]}.*`);
  if (own) return own;
  return {
    ...{ kind, name: kind, severity: "warning" },
    why: "The server has met something that it cannot mend by itself.",
    remedy: "Read what was found. When it is dealt with, acknowledge the alert.",
    page: pages.alerts,
  };
}
