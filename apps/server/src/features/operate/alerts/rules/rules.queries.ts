import { statement } from "../../../../platform/database/statement.ts";

export interface RuleRow {
  kind: string;
  enabled: boolean;
  threshold: number | null;
}

export const listRules = statement<[], RuleRow>("select kind, enabled, threshold from holdfast.alert_rules limit 1000");

export const saveRule = statement<[kind: string, enabled: boolean, threshold: number | null]>(
  `insert into holdfast.alert_rules (kind, enabled, threshold) values ($1, $2, $3)
   on conflict (kind) do update set enabled = excluded.enabled, threshold = excluded.threshold, updated_at = now()`,
);

/** Nobody wants to know of them any more; a family is named by its first word and `.*`. */
export const resolveKind = statement<[kind: string]>(
  `update holdfast.alerts set resolved_at = now(), told_resolved_at = now()
   where resolved_at is null and (kind = $1 or $1 = split_part(kind, '.', 1) || '.*')`,
);
