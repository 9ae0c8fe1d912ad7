import { statement } from "../../../platform/database/statement.ts";

/** So many users, files and folders are kept by name; the rest is in the sums. */
export const listedUsers = 100;
export const listedFiles = 50;

/** What is in the trash or deleted for good, with all that lies inside; `$`-free, for other statements to begin with. */
const gone = `recursive gone as (
  select id, trashed_at, purged_at is not null as purged from holdfast.files where trashed_at is not null or purged_at is not null
  union all
  select f.id, g.trashed_at, g.purged from gone g join holdfast.files f on f.parent_id = g.id
  where f.trashed_at is null and f.purged_at is null
)`;

export interface Sums {
  kinds: { kind: string; files: number; bytes: number }[];
  ages: { age: "month" | "year" | "threeYears" | "older"; files: number; bytes: number }[];
  users: {
    userId: string;
    email: string | null;
    files: number;
    bytes: number;
    trashBytes: number;
    versionBytes: number;
  }[];
  trash: { olderThanDays: number; files: number; bytes: number }[];
  files: number;
  bytes: number;
}

/** Sums over every file and former version: one reading of each table. */
export const sumFiles = statement<[listed: number], { sums: Sums }>(
  `with ${gone}, cells as materialized (
     select f.space_id, coalesce(w.sort, 'other') as kind,
       case when f.last_modified > now() - interval '30 days' then 'month' when f.last_modified > now() - interval '1 year' then 'year'
         when f.last_modified > now() - interval '3 years' then 'threeYears' else 'older' end as age,
       case when g.id is null then 'live' when g.purged then 'purged' else 'trash' end as state,
       case when g.trashed_at < now() - interval '14 days' then 14 when g.trashed_at < now() - interval '7 days' then 7
         when g.trashed_at < now() - interval '1 day' then 1 when g.id is not null then 0 end as days,
       count(*) as files, sum(f.file_size) as bytes
     from holdfast.files f left join gone g on g.id = f.id left join holdfast.file_words w on w.file_id = f.id
     where f.kind = 'file' group by 1, 2, 3, 4, 5
   ), versions as materialized (
     select f.space_id, sum(v.file_size) as bytes from holdfast.file_versions v join holdfast.files f on f.id = v.file_id group by 1
   ), users as (
     select s.id, coalesce(sum(c.files) filter (where c.state = 'live'), 0) as files, coalesce(sum(c.bytes) filter (where c.state = 'live'), 0) as bytes,
       coalesce(sum(c.bytes) filter (where c.state = 'trash'), 0) as trash, coalesce(min(v.bytes), 0) as versions
     from holdfast.spaces s left join cells c on c.space_id = s.id left join versions v on v.space_id = s.id group by s.id
     order by coalesce(sum(c.bytes) filter (where c.state <> 'purged'), 0) + coalesce(min(v.bytes), 0) desc, s.id limit $1
   )
   select jsonb_build_object(
     'kinds', (select coalesce(jsonb_agg(jsonb_build_object('kind', kind, 'files', files, 'bytes', bytes) order by bytes desc), '[]')
       from (select kind, sum(files) as files, sum(bytes) as bytes from cells where state = 'live' group by 1) k),
     'ages', (select coalesce(jsonb_agg(jsonb_build_object('age', age, 'files', files, 'bytes', bytes)), '[]')
       from (select age, sum(files) as files, sum(bytes) as bytes from cells where state = 'live' group by 1) a),
     'users', (select coalesce(jsonb_agg(jsonb_build_object('userId', s.id, 'email', u.email, 'files', s.files, 'bytes', s.bytes,
         'trashBytes', s.trash, 'versionBytes', s.versions) order by s.bytes + s.trash + s.versions desc), '[]')
       from users s left join holdfast.users u on u.id = s.id),
     'trash', (select jsonb_agg(jsonb_build_object('olderThanDays', t.days, 'files', t.files, 'bytes', t.bytes) order by t.days) from (
         select d.days, coalesce(sum(c.files), 0) as files, coalesce(sum(c.bytes), 0) as bytes
         from unnest(array[0, 1, 7, 14]) as d(days) left join cells c on c.state = 'trash' and c.days >= d.days group by 1) t),
     'files', (select coalesce(sum(files), 0) from cells where state = 'live'),
     'bytes', (select coalesce(sum(bytes), 0) from cells where state = 'live')) as sums`,
);

export const sumVersions = statement<[], { versions: number; bytes: number }>(
  "select count(*) as versions, coalesce(sum(file_size), 0)::bigint as bytes from holdfast.file_versions",
);

/** What lies in the store, each segment once, and what of it nothing refers to. */
export const sumSegments = statement<[], { bytes: number; abandoned: number; segments: number }>(
  `select coalesce(sum(s.size), 0)::bigint as bytes, count(*) filter (where c.sha256 is null and u.sha256 is null) as segments,
     coalesce(sum(s.size) filter (where c.sha256 is null and u.sha256 is null), 0)::bigint as abandoned
   from holdfast.segments s
   left join (select distinct sha256 from holdfast.content_segments) c on c.sha256 = s.sha256
   left join (select distinct sha256 from holdfast.upload_segments) u on u.sha256 = s.sha256`,
);

export const sumBackups = statement<[], { target: string; bytes: number; backups: number }>(
  `select t.name as target, coalesce(sum(b.bytes_added), 0)::bigint as bytes, count(b.id) as backups
   from holdfast.backup_targets t left join holdfast.backups b on b.target_id = t.id and b.deleted_at is null and b.status = 'completed'
   group by t.id, t.name order by t.name limit 50`,
);

export interface LargeFile {
  email: string | null;
  kind: string;
  bytes: number;
  changed_at: Date;
}

/** The largest files, without their names: those are their owners'. */
export const findLargestFiles = statement<[atMost: number], LargeFile>(
  `with ${gone}
   select u.email, coalesce(w.sort, 'other') as kind, f.file_size as bytes, f.last_modified as changed_at
   from holdfast.files f left join gone g on g.id = f.id left join holdfast.file_words w on w.file_id = f.id
     left join holdfast.users u on u.id = f.space_id
   where f.kind = 'file' and g.id is null and f.file_size > 0 order by f.file_size desc, f.id limit $1`,
);

/** Folders with most in their own files, not in those of folders inside them. */
export const findLargestFolders = statement<[atMost: number], { email: string | null; files: number; bytes: number }>(
  `with ${gone}
   select u.email, d.files, d.bytes from (
     select f.parent_id, f.space_id, count(*) as files, sum(f.file_size)::bigint as bytes
     from holdfast.files f left join gone g on g.id = f.id
     where f.kind = 'file' and g.id is null group by 1, 2 order by 4 desc limit $1) d
   left join holdfast.users u on u.id = d.space_id where d.bytes > 0 order by d.bytes desc, d.parent_id`,
);

export const saveDay = statement<[day: string, measuredAt: Date, values: string, details: string]>(
  `with former as (update holdfast.storage_days set details = null where day <> $1::date and details is not null)
   insert into holdfast.storage_days as d (day, measured_at, files, file_bytes, trash_files, trash_bytes, versions, version_bytes, stored_bytes,
     abandoned_bytes, backup_bytes, disk_free, disk_size, took_ms, details)
   select $1::date, $2, v.files, v.file_bytes, v.trash_files, v.trash_bytes, v.versions, v.version_bytes, v.stored_bytes, v.abandoned_bytes,
     v.backup_bytes, v.disk_free, v.disk_size, v.took_ms, $4::jsonb
   from jsonb_to_record($3::jsonb) as v(files bigint, file_bytes bigint, trash_files bigint, trash_bytes bigint, versions bigint,
     version_bytes bigint, stored_bytes bigint, abandoned_bytes bigint, backup_bytes bigint, disk_free bigint, disk_size bigint, took_ms int)
   on conflict (day) do update set measured_at = excluded.measured_at, files = excluded.files, file_bytes = excluded.file_bytes,
     trash_files = excluded.trash_files, trash_bytes = excluded.trash_bytes, versions = excluded.versions, version_bytes = excluded.version_bytes,
     stored_bytes = excluded.stored_bytes, abandoned_bytes = excluded.abandoned_bytes, backup_bytes = excluded.backup_bytes,
     disk_free = excluded.disk_free, disk_size = excluded.disk_size, took_ms = excluded.took_ms, details = excluded.details`,
);

export const dropOldDays = statement<[before: string]>("delete from holdfast.storage_days where day < $1::date");
