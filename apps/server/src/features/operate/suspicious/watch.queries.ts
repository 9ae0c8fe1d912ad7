import { statement } from "../../../platform/database/statement.ts";

/** Only one node looks at a time. */
export const tryLock = statement<[], { mine: boolean }>(
  "select pg_try_advisory_xact_lock(hashtextextended('holdfast suspicious', 0)) as mine",
  { notNull: ["mine"] },
);

/** What of these kinds and subjects was dealt with last: what happened before is no news. */
export const findDealtWith = statement<[kind: string, subject: string], { at: Date | null }>(
  `select max(coalesce(acknowledged_at, resolved_at)) as at from holdfast.alerts
   where kind = $1 and subject = $2 and (acknowledged_at is not null or resolved_at is not null)`,
);

export const findOpen = statement<[kind: string, subject: string], { id: string; data: Record<string, unknown> }>(
  "select id, data from holdfast.alerts where kind = $1 and subject = $2 and resolved_at is null",
);

/** Acknowledged, or quiet for so long. */
export const resolveQuiet = statement<[quietHours: number]>(
  `update holdfast.alerts set resolved_at = now() where kind like 'suspicious.%' and resolved_at is null
     and (acknowledged_at is not null or last_seen_at < now() - make_interval(hours => $1))`,
);

/** The account was rewound after the last of it. */
export const resolveRewound = statement(
  `update holdfast.alerts a set resolved_at = now() where a.kind = 'suspicious.mass-change' and a.resolved_at is null and exists (
     select from holdfast.rewinds r where r.space_id::text = a.subject and r.status = 'completed' and not r.dry_run
       and r.created_at > (a.data ->> 'last')::timestamptz)`,
);
