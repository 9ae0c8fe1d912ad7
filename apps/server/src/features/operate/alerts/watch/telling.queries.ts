import { statement } from "../../../../platform/database/statement.ts";
import type { Severity } from "../../../../platform/monitoring/alerts.ts";

export interface ToTell {
  id: string;
  kind: string;
  severity: Severity;
  event: "opened" | "resolved";
}

/**
 * Marks what channels have not been told of as told, and says what that is. What was opened again and is over before its time is told to
 * nobody. What is silenced waits until the silence is over, and is told then if it still is so.
 */
export const takeToTell = statement<[], ToTell>(
  `with silenced as (
     select kind, subject from holdfast.alert_silences where until > now()
   ), quiet as (
     update holdfast.alerts a set told_at = now(), told_resolved_at = now()
     where told_at is null and resolved_at is not null
       and (tell_at > now() or exists (select from silenced s where s.kind = a.kind and s.subject = a.subject))
     returning a.id
   ), opened as (
     update holdfast.alerts a set told_at = now(), told_resolved_at = case when resolved_at is not null then now() end
     where a.id in (select t.id from holdfast.alerts t where t.told_at is null and t.tell_at <= now()
       and not exists (select from silenced s where s.kind = t.kind and s.subject = t.subject) order by t.tell_at limit 100)
     returning a.id, a.kind, a.severity
   ), resolved as (
     update holdfast.alerts a set told_resolved_at = now()
     where a.id in (select id from holdfast.alerts where resolved_at is not null and told_resolved_at is null and told_at is not null limit 100)
     returning a.id, a.kind, a.severity, exists (select from silenced s where s.kind = a.kind and s.subject = a.subject) as quiet
   )
   select id, kind, severity, 'opened' as event from opened
   union all select id, kind, severity, 'resolved' from resolved where not quiet`,
  { notNull: ["id", "kind", "severity", "event"] },
);

export const enterDelivery = statement<[id: string, alertId: string, channelId: string, event: string]>(
  "insert into holdfast.alert_deliveries (id, alert_id, channel_id, event) values ($1, $2, $3, $4)",
);

/** Who was not told of the beginning is not told of the end. */
export const wasTold = statement<[alertId: string], { channel_id: string }>(
  "select distinct channel_id from holdfast.alert_deliveries where alert_id = $1 and event = 'opened'",
);
