import type { AlertRule, adminUpdateAlertRules, BodyOf } from "@holdfast/contract";
import { audit } from "../../../../platform/audit/audit.ts";
import type { Database, Queryable } from "../../../../platform/database/database.ts";
import type { Origin } from "../../../../platform/http/principal.ts";
import { ProblemError } from "../../../../platform/http/problem.ts";
import { catalogue, kindOf } from "../catalogue/catalogue.ts";
import type { AlertKind } from "../catalogue/kind.ts";
import * as queries from "./rules.queries.ts";

/** What administrators have made of the kinds. */
export interface Rules {
  isOn(kind: string): boolean;
  /** From what on the kind is raised. */
  threshold(kind: string): number;
}

export async function readRules(db: Queryable): Promise<Rules> {
  return rulesOf(await queries.listRules.all(db));
}

export function rulesOf(rows: readonly queries.RuleRow[]): Rules {
  const changed = new Map(rows.map((row) => [row.kind, row]));
  return {
    isOn: (kind) => changed.get(kind)?.enabled !== false && changed.get(`${kind.split(".")[0]}.*`)?.enabled !== false,
    threshold: (kind) => changed.get(kind)?.threshold ?? kindOf(kind).threshold?.usual ?? 0,
  };
}

/** Every kind of the catalogue, in its order. */
export async function listRules(db: Queryable): Promise<AlertRule[]> {
  const changed = new Map((await queries.listRules.all(db)).map((row) => [row.kind, row]));
  return catalogue.map((entry) => toRule(entry, changed.get(entry.kind)));
}

function toRule({ kind, name, why, severity, threshold }: AlertKind, row?: queries.RuleRow): AlertRule {
  return {
    ...{ kind, name, why, severity, enabled: row?.enabled ?? true },
    threshold: threshold ? { ...threshold, value: row?.threshold ?? threshold.usual } : null,
  };
}

type Change = BodyOf<typeof adminUpdateAlertRules>["items"][number];

/** Throws invalid_request for a kind that the catalogue does not have, and for a threshold out of its bounds. */
export async function updateRules(db: Database, origin: Origin, changes: readonly Change[]): Promise<AlertRule[]> {
  const before = new Map((await listRules(db)).map((rule) => [rule.kind, rule]));
  await db.transaction(async (tx) => {
    for (const change of changes) {
      const rule = before.get(change.kind);
      if (!rule) throw new ProblemError("invalid_request", `There is no kind of alert "${change.kind}".`);
      const value = thresholdOf(rule, change);
      const enabled = change.enabled ?? rule.enabled;
      await queries.saveRule.count(tx, rule.kind, enabled, value);
      if (!enabled) await queries.resolveKind.count(tx, rule.kind);
      await audit(tx, origin, { action: "alert_rule.update", targetId: null, detail: { ...change } });
    }
  });
  return listRules(db);
}

/** Null: the usual one. */
function thresholdOf({ name, threshold }: AlertRule, change: Change): number | null {
  if (threshold === null) {
    if (change.threshold === undefined || change.threshold === null) return null;
    throw new ProblemError("invalid_request", `"${name}" has no threshold.`);
  }
  const value = change.threshold === undefined ? threshold.value : change.threshold;
  if (value === null || value === threshold.usual) return null;
  if (value < threshold.min || value > threshold.max) {
    const { min, max, unit } = threshold;
    throw new ProblemError("invalid_request", `The threshold of "${name}" is from ${min} to ${max} ${unit}.`);
  }
  return value;
}
