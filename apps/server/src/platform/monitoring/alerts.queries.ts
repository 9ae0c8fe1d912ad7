import { statement } from "../database/statement.ts";

export interface AlertRow {
  id: string;
  kind: string;
  subject: string;
  severity: "info" | "warning" | "critical";
  title: string;
  data: Record<string, unknown>;
  first_seen_at: Date;
  last_seen_at: Date;
  count: number;
  acknowledged_at: Date | null;
  resolved_at: Date | null;
}

/** What is open already is counted, and says what was found last. */
export const raise = statement<
  [id: string, kind: string, subject: string, severity: AlertRow["severity"], title: string, data: string]
>(
  `insert into holdfast.alerts as a (id, kind, subject, severity, title, data) values ($1, $2, $3, $4, $5, $6)
   on conflict (kind, subject) where resolved_at is null do update set severity = excluded.severity, title = excluded.title,
     data = excluded.data, last_seen_at = now(), count = a.count + 1`,
);

export const resolve = statement<[kind: string, subjects: readonly string[]]>(
  "update holdfast.alerts set resolved_at = now() where kind = $1 and subject = any($2::text[]) and resolved_at is null",
);

/** Those met last first. */
export const list = statement<[onlyOpen: boolean, limit: number], AlertRow>(
  `select id, kind, subject, severity, title, data, first_seen_at, last_seen_at, count, acknowledged_at, resolved_at
   from holdfast.alerts where resolved_at is null or not $1 order by last_seen_at desc, id desc limit $2`,
);

export const countOpen = statement<[], { open: number }>(
  "select count(*)::int as open from holdfast.alerts where resolved_at is null",
);
