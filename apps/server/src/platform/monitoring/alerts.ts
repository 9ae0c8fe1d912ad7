import type { Queryable } from "../database/database.ts";
import { newId } from "../ids.ts";
import type { AlertRow } from "./alerts.queries.ts";
import * as queries from "./alerts.queries.ts";

export interface Alert {
  /** What kind of thing: `content.damaged`. */
  kind: string;
  /** Which one: of each there is at most one open alert. */
  subject: string;
  severity: "info" | "warning" | "critical";
  /** One sentence for an administrator. */
  title: string;
  /** What else should be known. Never a secret. */
  data?: Record<string, unknown>;
}

/** Tells the administrators. What is open already is counted, and says what was found last. */
export async function raiseAlert(db: Queryable, { kind, subject, severity, title, data = {} }: Alert): Promise<void> {
  await queries.raise.count(db, newId(), kind, subject, severity, title, JSON.stringify(data));
}

/** It is no longer so. */
export async function resolveAlerts(db: Queryable, kind: string, subjects: readonly string[]): Promise<void> {
  await queries.resolve.count(db, kind, subjects);
}

/** Open ones, or all, those met last first. */
export async function listAlerts(
  db: Queryable,
  { open, limit }: { open: boolean; limit: number },
): Promise<{ items: AlertRow[]; open: number }> {
  const [items, counted] = [await queries.list.all(db, open, limit), await queries.countOpen.first(db)];
  return { items, open: counted?.open ?? 0 };
}
