-- Lines of the log at level warn and above, of all nodes, for some days: a partition a day, made ahead by a job; the default one catches what
-- comes before the job has run. The whole line is JSON as text: a text may hold what jsonb does not.
create table holdfast.log_lines (
  id uuid not null,
  logged_at timestamptz not null, -- by the clock of the process
  level smallint not null, -- pino's: 40 warn, 50 error, 60 fatal
  node text not null, -- host name
  part text not null, -- api, worker
  message text not null,
  request_id text,
  line text not null
) partition by range (logged_at);
create table holdfast.log_lines_default partition of holdfast.log_lines default;
create index log_lines_time on holdfast.log_lines (logged_at desc, id desc);
create index log_lines_request on holdfast.log_lines (request_id) where request_id is not null;
alter table holdfast.log_lines enable row level security;
alter table holdfast.log_lines_default enable row level security;

create function holdfast.ensure_log_partitions(days_ahead int default 3) returns void language plpgsql as $$
declare
  day date;
  part text;
begin
  for i in 0..days_ahead loop
    day := (now() at time zone 'UTC')::date + i;
    part := 'log_lines_' || to_char(day, 'YYYY_MM_DD');
    if to_regclass('holdfast.' || part) is null
       and not exists (select 1 from holdfast.log_lines_default where logged_at >= day::timestamp at time zone 'UTC' and logged_at < (day + 1)::timestamp at time zone 'UTC') then
      execute format('create table holdfast.%I partition of holdfast.log_lines for values from (%L) to (%L)',
        part, day::timestamp at time zone 'UTC', (day + 1)::timestamp at time zone 'UTC');
      execute format('alter table holdfast.%I enable row level security', part);
    end if;
  end loop;
end
$$;

-- Drops the days before the last so many, and then the oldest until the rest takes no more than so many bytes. Today's stays.
create function holdfast.drop_old_logs(days int, bytes bigint) returns void language plpgsql as $$
declare
  part record;
  today date := (now() at time zone 'UTC')::date;
  total bigint;
begin
  delete from holdfast.log_lines_default where logged_at < (today - days)::timestamp at time zone 'UTC';
  select coalesce(sum(pg_total_relation_size(inhrelid)), 0) into total from pg_inherits where inhparent = 'holdfast.log_lines'::regclass;
  for part in
    select c.relname as name, pg_total_relation_size(c.oid) as size, to_date(right(c.relname, 10), 'YYYY_MM_DD') as day
    from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = 'holdfast.log_lines'::regclass and c.relname ~ '^log_lines_\d{4}_\d{2}_\d{2}$'
    order by 3
  loop
    exit when part.day >= today or (part.day >= today - days and total <= bytes);
    execute format('drop table holdfast.%I', part.name);
    total := total - part.size;
  end loop;
end
$$;
select holdfast.ensure_log_partitions();
do $$
declare
  found text;
begin
  for found in select rolname from pg_roles where rolname in ('anon', 'authenticated') loop
    execute format('revoke all on holdfast.log_lines from %I', found);
  end loop;
end
$$;
