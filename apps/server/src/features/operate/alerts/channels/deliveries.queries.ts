import { statement } from "../../../../platform/database/statement.ts";
import type { Severity } from "../../../../platform/monitoring/alerts.ts";

export interface DeliveryRow {
  id: string;
  channel_id: string;
  event: "opened" | "resolved";
  attempts: number;
  alert_id: string;
  kind: string;
  subject: string;
  severity: Severity;
  title: string;
  first_seen_at: Date;
  resolved_at: Date | null;
}

/** Of channels that are on; the others wait, and are given up when they are old. */
export const listDue = statement<[limit: number], DeliveryRow>(
  `select d.id, d.channel_id, d.event, d.attempts, a.id as alert_id, a.kind, a.subject, a.severity, a.title, a.first_seen_at, a.resolved_at
   from holdfast.alert_deliveries d join holdfast.alerts a on a.id = d.alert_id join holdfast.alert_channels c on c.id = d.channel_id
   where d.sent_at is null and d.failed_at is null and d.next_at <= now() and c.enabled order by d.next_at, d.id limit $1`,
);

export const recordSent = statement<[id: string]>(
  "update holdfast.alert_deliveries set sent_at = now(), attempts = attempts + 1, error = null where id = $1",
);

/** Null seconds: it is given up. */
export const recordAttempt = statement<[id: string, error: string, seconds: number | null]>(
  `update holdfast.alert_deliveries set attempts = attempts + 1, error = $2, next_at = now() + make_interval(secs => coalesce($3, 0)),
     failed_at = case when $3::float8 is null then now() end where id = $1`,
);

/** Of a former life of this process, which sent them while the database was away. */
export const enterPast = statement<
  [
    id: string,
    alertId: string,
    channelId: string,
    attempts: number,
    sent: boolean,
    failed: boolean,
    error: string | null,
  ]
>(
  `insert into holdfast.alert_deliveries (id, alert_id, channel_id, event, attempts, sent_at, failed_at, error)
   select $1, $2, c.id, 'opened', $4, case when $5 then now() end, case when $6 then now() end, $7
   from holdfast.alert_channels c where c.id = $3`,
);

export const giveUpOld = statement(
  `update holdfast.alert_deliveries set failed_at = now(), error = coalesce(error, 'The channel was off.')
   where sent_at is null and failed_at is null and created_at < now() - interval '2 days'`,
);
