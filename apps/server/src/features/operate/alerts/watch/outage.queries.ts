import { statement } from "../../../../platform/database/statement.ts";

export const isSilenced = statement<[kind: string, subject: string], { silenced: boolean }>(
  `select exists (select from holdfast.alert_silences where kind = $1 and subject = $2 and until > now()) as silenced`,
);

/** Channels have been told already. Nothing where another process has entered it. */
export const enterOutage = statement<[id: string, kind: string, subject: string, title: string, since: Date]>(
  `insert into holdfast.alerts (id, kind, subject, severity, title, first_seen_at, told_at) values ($1, $2, $3, 'critical', $4, $5, now())
   on conflict (kind, subject) where resolved_at is null do nothing`,
);
