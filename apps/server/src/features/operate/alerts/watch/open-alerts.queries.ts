import { statement } from "../../../../platform/database/statement.ts";
import type { Severity } from "../../../../platform/monitoring/alerts.ts";

export interface OpenRow {
  id: string;
  kind: string;
  subject: string;
  severity: Severity;
  title: string;
  /** For how long its check has not found it, in seconds; null: it was found the last time. */
  cleared_seconds: number | null;
}

export const listOpen = statement<[], OpenRow>(
  `select id, kind, subject, severity, title, extract(epoch from now() - cleared_at)::float8 as cleared_seconds
   from holdfast.alerts where resolved_at is null order by id limit 2000`,
);

export const beginClearing = statement<[ids: readonly string[]]>(
  "update holdfast.alerts set cleared_at = now() where id = any($1::uuid[]) and cleared_at is null",
);

export const resolveCleared = statement<[ids: readonly string[]]>(
  "update holdfast.alerts set resolved_at = now() where id = any($1::uuid[]) and resolved_at is null",
);
