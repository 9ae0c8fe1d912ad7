import { statement } from "../../../platform/database/statement.ts";

/** Of each scope, though there is none: when its newest backup shows, and how old the last one of the schedule is that is furthest behind. */
export const findBackupState = statement<
  [],
  { scope: string; schedules: number; last_success: number | null; stalest_success: number | null; failed: number }
>(
  `select s.scope, count(e.id)::int as schedules,
     (select extract(epoch from max(b.backup_date)) from holdfast.backups b
      where b.scope = s.scope and b.status = 'completed' and b.deleted_at is null)::float8 as last_success,
     min(extract(epoch from coalesce(g.good, e.created_at)))::float8 as stalest_success,
     (select count(*) from holdfast.backups b
      where b.scope = s.scope and b.status = 'failed' and b.finished_at > now() - interval '1 day')::int as failed
   from unnest(array['account', 'instance']) s (scope)
   left join holdfast.backup_schedules e on e.scope = s.scope and e.enabled
   left join lateral (select max(b.backup_date) as good from holdfast.backups b
     where b.schedule_id = e.id and b.status = 'completed' and b.deleted_at is null) g on true
   group by s.scope`,
  { notNull: ["scope"] },
);

/** By the index of when segments were read: it begins with those that never were. */
export const findScrubState = statement<[], { oldest: number | null; never_read: boolean; damaged: number }>(
  `select extract(epoch from (select min(verified_at) from holdfast.segments where verified_at is not null))::float8 as oldest,
     exists (select from holdfast.segments where verified_at is null) as never_read,
     (select count(*)::int from (select from holdfast.segments where state = 'bad' limit 10000) bad) as damaged`,
);

export const findRehearsalState = statement<[], { last_success: number | null; last_failed: boolean | null }>(
  `select extract(epoch from max(finished_at) filter (where status = 'completed'))::float8 as last_success,
     (array_agg(status order by started_at desc) filter (where status <> 'running'))[1] = 'failed' as last_failed
   from holdfast.rehearsals`,
);
