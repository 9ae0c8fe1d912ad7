import { statement } from "../../../platform/database/statement.ts";

type Asked = [
  afterFileId: string | null,
  files: number,
  now: Date,
  /** Seconds for which all are kept that were current in them, one an hour, a day, a week, a month; 0: no such rule. */
  all: number,
  hourly: number,
  daily: number,
  weekly: number,
  monthly: number,
  most: number | null,
];

const firstOf = (period: string) =>
  `row_number() over (partition by v.file_id, date_trunc('${period}', v.created_at at time zone 'UTC') order by v.created_at desc, v.id desc) = 1`;

/** Files with earlier versions, after `$1` by their id, and which of those the rules do not keep; null where they keep all. */
export const findThinned = statement<Asked, { file_id: string; going: string[] | null }>(
  `with chosen as materialized (
     select distinct file_id from holdfast.file_versions where $1::uuid is null or file_id > $1 order by file_id limit $2
   ), dated as (
     select v.id, v.file_id, v.created_at, extract(epoch from $3::timestamptz - v.created_at) as age,
       extract(epoch from $3::timestamptz - coalesce(lead(v.created_at) over (partition by v.file_id order by v.created_at, v.id), f.uploaded_at))
         as replaced,
       ${firstOf("hour")} as of_hour, ${firstOf("day")} as of_day, ${firstOf("week")} as of_week, ${firstOf("month")} as of_month
     from holdfast.file_versions v join chosen using (file_id) join holdfast.files f on f.id = v.file_id
   ), judged as (
     select *, least(age, replaced) <= $4::float8 or of_hour and age <= $5::float8 or of_day and age <= $6::float8 or of_week and age <= $7::float8
       or of_month and age <= $8::float8 as kept
     from dated
   ), numbered as (
     select *, row_number() over (partition by file_id, kept order by created_at desc, id desc) as number from judged
   )
   select file_id, array_agg(id) filter (where not kept or number > $9::int) as going from numbered group by file_id order by file_id`,
);
