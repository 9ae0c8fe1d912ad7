import type { Queryable } from "../../../../platform/database/database.ts";
import type { Alert } from "../../../../platform/monitoring/alerts.ts";
import type { AlertsDeps } from "../alerts.deps.ts";
import type { Rules } from "../rules/rules.ts";
import type { ReportRow } from "../sensors/reports.queries.ts";

export type Finding = Alert;

/** What a check may look at. */
export interface Look {
  readonly db: Queryable;
  readonly deps: AlertsDeps;
  readonly rules: Rules;
  /** Of all processes, those of a while ago too. */
  readonly reports: readonly ReportRow[];
  readonly now: Date;
  /** For how long the database has answered and this process has run, in seconds: silence of others means nothing before. */
  readonly settledSeconds: number;
}

/** Finds out what is wrong now. Alerts of its kinds that it does not find any more end by themselves. */
export interface Check {
  readonly kinds: readonly string[];
  /** Every so many looks. Default 1. */
  readonly every?: number;
  /** Raised when found so many times in a row. Default 1. */
  readonly inARow?: number;
  /** Null: it cannot be said now, and everything stays as it is. */
  run(look: Look): Promise<readonly Finding[] | null>;
}

/** A report that is older says nothing about now, in seconds. */
const FRESH_SECONDS = 60;

export function freshReports({ reports }: Look): readonly ReportRow[] {
  return reports.filter(({ age }) => age < FRESH_SECONDS);
}

export function days(count: number): string {
  return count === 1 ? "1 day" : `${count} days`;
}
