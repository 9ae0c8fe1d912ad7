import { statement, statementFamily } from "../../../platform/database/statement.ts";
import type { Severity } from "../../../platform/monitoring/alerts.ts";

export interface AlertRow {
  id: string;
  kind: string;
  subject: string;
  severity: Severity;
  title: string;
  data: Record<string, unknown>;
  first_seen_at: Date;
  last_seen_at: Date;
  count: number;
  acknowledged_at: Date | null;
  resolved_at: Date | null;
  silenced_until: Date | null;
}

const columns = `a.id, a.kind, a.subject, a.severity, a.title, a.data, a.first_seen_at, a.last_seen_at, a.count, a.acknowledged_at,
  a.resolved_at, s.until as silenced_until`;
const from = `holdfast.alerts a left join holdfast.alert_silences s on s.kind = a.kind and s.subject = a.subject and s.until > now()`;

const states = {
  open: "a.resolved_at is null and a.acknowledged_at is null and s.until is null",
  acknowledged: "a.resolved_at is null and a.acknowledged_at is not null and s.until is null",
  silenced: "a.resolved_at is null and s.until is not null",
  resolved: "a.resolved_at is not null",
  all: "true",
} as const;
const stateNames = Object.keys(states) as (keyof typeof states)[];

/** Newest first, from below `before`. */
export const listAlerts = statementFamily<
  keyof typeof states,
  [severity: string | null, kind: string | null, before: string | null, limit: number],
  AlertRow
>(stateNames, (state) => ({
  text: `select ${columns} from ${from} where ${states[state]} and ($1::text is null or a.severity = $1)
     and ($2::text is null or a.kind = $2) and ($3::uuid is null or a.id < $3) order by a.id desc limit $4`,
  notNull: [],
}));

export const findAlerts = statement<[ids: readonly string[]], AlertRow>(
  `select ${columns} from ${from} where a.id = any($1::uuid[]) order by a.id desc`,
);

interface Counts {
  open: number;
  critical: number;
  acknowledged: number;
  silenced: number;
}

/** `open` without what is only worth knowing. */
export const countAlerts = statement<[], Counts>(
  `select count(*) filter (where ${states.open} and a.severity <> 'info')::int as open,
     count(*) filter (where ${states.open} and a.severity = 'critical')::int as critical,
     count(*) filter (where ${states.acknowledged})::int as acknowledged,
     count(*) filter (where ${states.silenced})::int as silenced
   from ${from} where a.resolved_at is null`,
);

export const acknowledge = statement<[ids: readonly string[], by: string | null]>(
  `update holdfast.alerts set acknowledged_at = now(), acknowledged_by = $2
   where id = any($1::uuid[]) and acknowledged_at is null`,
);

export const takeBackAcknowledgement = statement<[ids: readonly string[]]>(
  "update holdfast.alerts set acknowledged_at = null, acknowledged_by = null where id = any($1::uuid[])",
);

export const silence = statement<[ids: readonly string[], until: Date, by: string | null]>(
  `insert into holdfast.alert_silences (kind, subject, until, created_by)
   select distinct a.kind, a.subject, $2::timestamptz, $3::uuid from holdfast.alerts a where a.id = any($1::uuid[])
   on conflict (kind, subject) do update set until = excluded.until, created_by = excluded.created_by, created_at = now()`,
);

export const endSilence = statement<[ids: readonly string[]]>(
  `delete from holdfast.alert_silences s using holdfast.alerts a
   where a.id = any($1::uuid[]) and a.kind = s.kind and a.subject = s.subject`,
);

export const deleteOldAlerts = statement<[kept: number]>(
  `delete from holdfast.alerts where resolved_at < now() - interval '90 days' or id in (
     select id from holdfast.alerts where resolved_at is not null order by resolved_at desc offset $1)`,
);

export const deleteOldSilences = statement("delete from holdfast.alert_silences where until < now()");
