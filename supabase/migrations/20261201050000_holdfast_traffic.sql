-- What the installation does and how it is, by minute, hour and day: docs/design/statistics.md. Times are the server's clock in minutes that are over;
-- each process writes rows of its own, and the hours add them up.

-- operation '*': all together. buckets and counts: how many answers began after how long (platform/traffic/histogram.ts).
create table holdfast.traffic_minutes (
  at timestamptz not null,
  operation text not null,
  process text not null, -- one tally of one process
  requests bigint not null,
  client_errors bigint not null,
  server_errors bigint not null,
  bytes_up bigint not null,
  bytes_down bigint not null,
  buckets smallint[] not null,
  counts bigint[] not null,
  primary key (at, operation, process)
) partition by range (at);
create table holdfast.traffic_hours (
  at timestamptz not null,
  operation text not null,
  requests bigint not null,
  client_errors bigint not null,
  server_errors bigint not null,
  bytes_up bigint not null,
  bytes_down bigint not null,
  buckets smallint[] not null,
  counts bigint[] not null,
  primary key (at, operation)
) partition by range (at);
create table holdfast.traffic_days (like holdfast.traffic_hours including all) partition by range (at);

-- What goes up and down (its mean is sum / n), and what is counted (sum). node '': of the installation, not of one process.
create table holdfast.gauge_minutes (
  at timestamptz not null,
  name text not null,
  process text not null,
  node text not null,
  n bigint not null,
  sum float8 not null,
  low float8 not null,
  high float8 not null,
  primary key (at, name, process)
) partition by range (at);
create table holdfast.gauge_hours (
  at timestamptz not null,
  name text not null,
  node text not null,
  n bigint not null,
  sum float8 not null,
  low float8 not null,
  high float8 not null,
  primary key (at, name, node)
) partition by range (at);
create table holdfast.gauge_days (like holdfast.gauge_hours including all) partition by range (at);

-- Hours of which minutes were written since they were last summed up.
create table holdfast.statistics_due (hour timestamptz primary key);

-- A partition a month, made ahead; the default one catches what comes before the job has run.
create function holdfast.ensure_statistics_partitions(months_ahead int default 2) returns void language plpgsql as $$
declare
  whole text;
  first timestamptz;
  part text;
  taken boolean;
begin
  foreach whole in array array['traffic_minutes', 'traffic_hours', 'traffic_days', 'gauge_minutes', 'gauge_hours', 'gauge_days'] loop
    if to_regclass('holdfast.' || whole || '_default') is null then
      execute format('create table holdfast.%I partition of holdfast.%I default', whole || '_default', whole);
      execute format('alter table holdfast.%I enable row level security', whole || '_default');
    end if;
    for i in 0..months_ahead loop
      first := (date_trunc('month', now() at time zone 'UTC') + make_interval(months => i)) at time zone 'UTC';
      part := whole || '_' || to_char(first at time zone 'UTC', 'YYYY_MM');
      continue when to_regclass('holdfast.' || part) is not null;
      execute format('select exists (select from holdfast.%I where at >= $1 and at < $2)', whole || '_default')
        into taken using first, first + interval '1 month';
      continue when taken;
      execute format('create table holdfast.%I partition of holdfast.%I for values from (%L) to (%L)',
        part, whole, first, ((first at time zone 'UTC') + interval '1 month') at time zone 'UTC');
      execute format('alter table holdfast.%I enable row level security', part);
    end loop;
  end loop;
end
$$;
select holdfast.ensure_statistics_partitions();

-- Drops whole months that ended so many months ago, and what the default partition holds of them.
create function holdfast.drop_old_statistics(whole text, months int) returns void language plpgsql as $$
declare
  before timestamptz := (date_trunc('month', now() at time zone 'UTC') - make_interval(months => months)) at time zone 'UTC';
  part text;
begin
  for part in
    select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = ('holdfast.' || whole)::regclass and c.relname ~ '_\d{4}_\d{2}$'
      and to_date(right(c.relname, 7), 'YYYY_MM')::timestamp at time zone 'UTC' < before
  loop
    execute format('drop table holdfast.%I', part);
  end loop;
  execute format('delete from holdfast.%I where at < $1', whole || '_default') using before;
end
$$;

do $$
declare
  found text;
begin
  for found in select unnest(array['traffic_minutes', 'traffic_hours', 'traffic_days', 'gauge_minutes', 'gauge_hours', 'gauge_days', 'statistics_due']) loop
    execute format('alter table holdfast.%I enable row level security', found);
  end loop;
  for found in select rolname from pg_roles where rolname in ('anon', 'authenticated') loop
    execute format('revoke all on all tables in schema holdfast from %I', found);
    execute format('revoke all on all functions in schema holdfast from %I', found);
  end loop;
end
$$;
