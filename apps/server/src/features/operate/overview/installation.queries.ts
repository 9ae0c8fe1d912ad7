import { statement } from "../../../platform/database/statement.ts";

/** What is so of the installation as a whole, for the present minute; the hour is to be summed up again. */
export const noteInstallation = statement<[jobsWaiting: number, jobsFailed: number]>(
  `with measured as (
     select date_trunc('minute', now()) as at, m.name, m.value from (values
       ('storedBytes', (select coalesce(sum(used_bytes), 0) from holdfast.spaces) + (select coalesce(sum(bytes), 0) from holdfast.usage_entries)),
       ('databaseBytes', pg_database_size(current_database())::numeric),
       ('databaseConnections', (select count(*) from pg_stat_activity where datname = current_database())::numeric),
       ('jobsWaiting', $1::numeric), ('jobsFailed', $2::numeric)) as m(name, value)
   ), noted as (
     insert into holdfast.gauge_minutes (at, name, process, node, n, sum, low, high)
     select at, name, 'installation', '', 1, value, value, value from measured
     on conflict (at, name, process) do update set sum = excluded.sum, low = excluded.low, high = excluded.high
   )
   insert into holdfast.statistics_due (hour) values (date_trunc('hour', now(), 'UTC'))
   on conflict (hour) do update set hour = excluded.hour`,
);
