import type { Queryable } from "../database/database.ts";
import { newId } from "../ids.ts";
import * as queries from "./alerts.queries.ts";

export type Severity = "info" | "warning" | "critical";

export interface Alert {
  /** What kind of problem: `content.damaged`. Why it matters and what to do about it is in `features/operate/alerts/catalogue`. */
  kind: string;
  /** Which one: of each there is at most one open alert. */
  subject: string;
  severity: Severity;
  /** One sentence for an administrator. It is sent to the channels. */
  title: string;
  /** What else should be known on the page. Never a secret. */
  data?: Record<string, unknown>;
}

/**
 * Tells the administrators, on the page and (within seconds of the commit) by the channels. What is open already is counted, and says what
 * was found last; what was resolved minutes ago is opened again.
 */
export async function raiseAlert(db: Queryable, { kind, subject, severity, title, data = {} }: Alert): Promise<void> {
  await queries.raise.first(db, newId(), kind, subject, severity, title, JSON.stringify(data));
}

/** It is no longer so. */
export async function resolveAlerts(db: Queryable, kind: string, subjects: readonly string[]): Promise<void> {
  await queries.resolve.count(db, kind, subjects);
}
