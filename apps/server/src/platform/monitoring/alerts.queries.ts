import { statement } from "../database/statement.ts";
import type { Severity } from "./alerts.ts";

/** What became of it: `off` where an administrator wants no alerts of the kind. */
export const raise = statement<
  [id: string, kind: string, subject: string, severity: Severity, title: string, data: string],
  { outcome: string | null }
>("select holdfast.raise_alert($1, $2, $3, $4, $5, $6) as outcome");

export const resolve = statement<[kind: string, subjects: readonly string[]]>(
  "update holdfast.alerts set resolved_at = now() where kind = $1 and subject = any($2::text[]) and resolved_at is null",
);
