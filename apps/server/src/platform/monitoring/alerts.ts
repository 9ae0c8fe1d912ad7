import type pg from "pg";
import { newId } from "../ids.ts";

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

export interface AlertRow {
  id: string;
  kind: string;
  subject: string;
  severity: Alert["severity"];
  title: string;
  data: Record<string, unknown>;
  first_seen_at: Date;
  last_seen_at: Date;
  count: number;
  acknowledged_at: Date | null;
  resolved_at: Date | null;
}

type Queries = Pick<pg.Pool, "query">;

/** Tells the administrators. What is open already is counted, and says what was found last. */
export async function raiseAlert(db: Queries, { kind, subject, severity, title, data = {} }: Alert): Promise<void> {
  await db.query(
    `insert into holdfast.alerts as a (id, kind, subject, severity, title, data) values ($1, $2, $3, $4, $5, $6)
     on conflict (kind, subject) where resolved_at is null do update set severity = excluded.severity, title = excluded.title,
       data = excluded.data, last_seen_at = now(), count = a.count + 1`,
    [newId(), kind, subject, severity, title, JSON.stringify(data)],
  );
}

/** It is no longer so. */
export async function resolveAlerts(db: Queries, kind: string, subjects: readonly string[]): Promise<void> {
  await db.query(
    "update holdfast.alerts set resolved_at = now() where kind = $1 and subject = any($2::text[]) and resolved_at is null",
    [kind, subjects],
  );
}

/** Open ones, or all, those met last first. */
export async function listAlerts(
  db: Queries,
  { open, limit }: { open: boolean; limit: number },
): Promise<{ items: AlertRow[]; open: number }> {
  const { rows: items } = await db.query<AlertRow>(
    `select * from holdfast.alerts where resolved_at is null or not $1 order by last_seen_at desc, id desc limit $2`,
    [open, limit],
  );
  const { rows } = await db.query<{ open: number }>(
    "select count(*)::int as open from holdfast.alerts where resolved_at is null",
  );
  return { items, open: rows[0]?.open ?? 0 };
}
