import type { AlertChannelKind } from "@holdfast/contract";
import { statement } from "../../../../platform/database/statement.ts";
import type { Severity } from "../../../../platform/monitoring/alerts.ts";

export interface ChannelRow {
  id: string;
  name: string;
  kind: AlertChannelKind;
  enabled: boolean;
  min_severity: Severity;
  send_resolved: boolean;
  recipients: string[] | null;
  host: string | null;
  sealed: Buffer | null;
  last_sent_at: Date | null;
  last_error: string | null;
  last_error_at: Date | null;
  created_at: Date;
}

const columns =
  "id, name, kind, enabled, min_severity, send_resolved, recipients, host, sealed, last_sent_at, last_error, last_error_at, created_at";

export const listChannels = statement<[], ChannelRow>(
  `select ${columns} from holdfast.alert_channels order by created_at, id limit 100`,
);

export const findChannel = statement<[id: string], ChannelRow>(
  `select ${columns} from holdfast.alert_channels where id = $1`,
);

export const lockChannels = statement("lock table holdfast.alert_channels in share row exclusive mode");

export const countChannels = statement<[], { number: number }>(
  "select count(*)::int as number from holdfast.alert_channels",
);

type NewChannel = [
  id: string,
  name: string,
  kind: AlertChannelKind,
  enabled: boolean,
  minSeverity: Severity,
  sendResolved: boolean,
  recipients: string | null,
  host: string | null,
  sealed: Buffer | null,
];
export const insertChannel = statement<NewChannel>(
  `insert into holdfast.alert_channels (id, name, kind, enabled, min_severity, send_resolved, recipients, host, sealed)
   values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
);

type Change = [
  id: string,
  name: string,
  enabled: boolean,
  minSeverity: Severity,
  sendResolved: boolean,
  recipients: string | null,
  host: string | null,
  sealed: Buffer | null,
];
/** Another address has no failures yet. */
export const updateChannel = statement<Change>(
  `update holdfast.alert_channels set name = $2, enabled = $3, min_severity = $4, send_resolved = $5, recipients = $6, host = $7,
     last_error = case when sealed is distinct from $8 then null else last_error end,
     last_error_at = case when sealed is distinct from $8 then null else last_error_at end, sealed = $8
   where id = $1`,
);

export const deleteChannel = statement<[id: string]>("delete from holdfast.alert_channels where id = $1");

export const recordSent = statement<[id: string]>(
  "update holdfast.alert_channels set last_sent_at = now(), last_error = null, last_error_at = null where id = $1",
);

export const recordFailure = statement<[id: string, error: string]>(
  "update holdfast.alert_channels set last_error = $2, last_error_at = now() where id = $1",
);
