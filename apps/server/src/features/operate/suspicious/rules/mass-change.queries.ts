import { statement } from "../../../../platform/database/statement.ts";

/** Spaces in which contents came as noise since then: nearly always none, and then nothing else is asked. */
export const findNoisySpaces = statement<[since: Date], { space_id: string }>(
  `select distinct f.space_id from (
     select id from holdfast.contents c where c.noise and c.created_at > $1 order by c.created_at desc limit 50000
   ) c join holdfast.files f on f.content_id = c.id`,
);

interface Run {
  replaced: number;
  beside: number;
  began: Date;
  last: Date;
  names: string[];
}

/**
 * The last run of changes to noise in a space. `lost`: files that had contents of another kind. Replaced: their own contents became noise, at the
 * first version after the last that was not. Beside: a file of noise came into their folder and they left it, so that of each folder no more count than
 * both came and went. What was in it before noise was noted counts by its media type.
 */
export const findRun = statement<[spaceId: string, since: Date, gapMinutes: number], Run>(
  `with came as materialized (
     select f.id, f.parent_id, f.name, f.uploaded_at, f.created_at, f.trashed_at from holdfast.files f join holdfast.contents c on c.id = f.content_id
     where f.space_id = $1 and c.noise and c.created_at > $2 and f.purged_at is null limit 50000
   ), replaced as (
     select n.name, coalesce((select min(v.created_at) from holdfast.file_versions v where v.file_id = n.id and v.created_at > s.created_at),
       n.uploaded_at) as at
     from came n cross join lateral (
       select v.created_at from holdfast.file_versions v join holdfast.contents o on o.id = v.content_id
       where v.file_id = n.id and o.noise is not true and o.size >= 256
         and (o.noise is false or v.file_type is distinct from 'application/octet-stream')
       order by v.created_at desc limit 1
     ) s
     where s.created_at < n.uploaded_at
   ), fresh as (
     select parent_id, name, created_at as at, row_number() over (partition by parent_id order by created_at) as nth
     from came n where created_at > $2 and not exists (select from holdfast.file_versions v where v.file_id = n.id and v.file_size > 0)
   ), left_there as (
     select p.parent_id, p.changed_at as at, row_number() over (partition by p.parent_id order by p.changed_at) as nth
     from holdfast.file_places p left join holdfast.files f on f.id = p.file_id left join holdfast.contents o on o.id = f.content_id
     where p.space_id = $1 and p.changed_at > $2 and p.kind = 'file' and p.trashed_at is null and p.purged_at is null
       and p.parent_id in (select parent_id from fresh) and (f.id is null or f.trashed_at is not null or f.purged_at is not null)
       and (o.noise is not true and (o.id is null or o.size >= 256))
   ), events as (
     select at, name, true as in_place from replaced
     union all
     select least(n.at, l.at), n.name, false from fresh n join left_there l on l.parent_id = n.parent_id and l.nth = n.nth
   ), spaced as (
     select *, at - lag(at) over (order by at) > make_interval(mins => $3) as begins from events where at > $2
   ), last_run as (
     select * from spaced where at >= coalesce((select max(at) from spaced where begins), '-infinity')
   )
   select (count(*) filter (where in_place))::int as replaced, (count(*) filter (where not in_place))::int as beside, min(at) as began,
     max(at) as last, (array_agg(name order by at))[1:200] as names
   from last_run having count(*) > 0`,
  { notNull: ["began", "last", "names"] },
);

/** Who changed files of a space lately, and from where. */
export const findActors = statement<
  [spaceId: string, since: Date],
  { actor_id: string | null; ip: string | null; entries: number }
>(
  `select a.actor_id, host(a.ip) as ip, count(*)::int as entries from holdfast.audit_log a
   where a.occurred_at >= $2 and a.actor_id = $1 and a.action in ('file.replace', 'file.upload', 'file.trash', 'file.rename', 'file.move', 'file.delete')
   group by 1, 2 order by 3 desc limit 5`,
);
