-- One log of who did what. Changes are entries of `audit_log`, written in their transactions. What is read, who signs in and what is refused
-- are entries of `access_log`: gathered in memory for a second, and what is alike within ten minutes is one row. `log_entries` is both.
-- See docs/design/access-log.md.
alter table holdfast.audit_log
  add column via text, -- session, token, app-password, link, system, anonymous; null: from before it was noted
  add column outcome text not null default 'ok', -- ok, refused, failed
  add column target_name text, -- as it was called then
  add column bytes bigint,
  add column user_agent text;

create table holdfast.access_log (
  id uuid not null,
  occurred_at timestamptz not null, -- the first of what is counted
  last_at timestamptz not null,
  times int not null default 1,
  actor_id uuid,
  via text,
  action text not null,
  outcome text not null default 'ok',
  target_id uuid,
  target_name text,
  ip inet,
  user_agent text,
  bytes bigint,
  request_id text, -- of the first
  detail jsonb,
  primary key (id, occurred_at)
) partition by range (occurred_at);
alter table holdfast.access_log enable row level security;
create table holdfast.access_log_default partition of holdfast.access_log default;
alter table holdfast.access_log_default enable row level security;

-- The words of a name, for the search of the log: what stands between signs of ASCII, letters and digits apart.
create function holdfast.log_words(name text) returns tsvector language sql immutable parallel safe as $$
  select array_to_tsvector(array_remove(regexp_split_to_array(
    regexp_replace(regexp_replace(lower(left(name, 255)), '([0-9])([^0-9])', '\1 \2', 'g'), '([^0-9])([0-9])', '\1 \2', 'g'),
    '[\x01-\x2f:-@\[-`{-\x7f]+'), ''))
$$;

-- A cell of a CSV file. What a spreadsheet would take for a formula begins with an apostrophe.
create function holdfast.csv_cell(value text) returns text language sql immutable parallel safe as $$
  select case
    when value ~ '^[=+@\x09\x0d-]' then '"''' || replace(value, '"', '""') || '"'
    when value ~ '[",\x0a\x0d]' then '"' || replace(value, '"', '""') || '"'
    else coalesce(value, '') end
$$;

create index access_log_actor on holdfast.access_log (actor_id, id) where actor_id is not null;
create index access_log_target on holdfast.access_log (target_id, id) where target_id is not null;
create index access_log_action on holdfast.access_log (action, id);
create index access_log_ip on holdfast.access_log (ip, id) where ip is not null;

-- What items are called whose reads are in the log, each once: an index of words on every row that is read would cost more than the row.
create table holdfast.log_names (
  target_id uuid not null,
  name text not null,
  noted_at timestamptz not null default now(), -- the last time, to within a month
  primary key (target_id, name)
);
create index log_names_words on holdfast.log_names using gin (holdfast.log_words(name));
alter table holdfast.log_names enable row level security;

create index audit_log_id on holdfast.audit_log (id);
create index audit_log_action on holdfast.audit_log (action, id);
create index audit_log_ip on holdfast.audit_log (ip, id) where ip is not null;
create index audit_log_words on holdfast.audit_log using gin (holdfast.log_words(target_name)) where target_name is not null;
drop index holdfast.audit_log_time;

create view holdfast.log_entries with (security_invoker = true) as
  select id, occurred_at, occurred_at as last_at, 1 as times, actor_id, via, action, outcome, target_id, target_name, ip, user_agent, bytes,
    request_id, detail, 'changes'::text as log
  from holdfast.audit_log
  union all
  select id, occurred_at, last_at, times, actor_id, via, action, outcome, target_id, target_name, ip, user_agent, bytes, request_id, detail,
    'reads'::text as log
  from holdfast.access_log;

-- What something is called that an entry knows by its id alone.
create function holdfast.log_name_of(target uuid) returns text language sql stable as $$
  select left(coalesce(
    (select nullif(name, '') from holdfast.files where id = target),
    (select f.name from holdfast.sharing_links l join holdfast.files f on f.id = l.file_id where l.id = target),
    (select email from holdfast.users where id = target),
    (select name from holdfast.backup_targets where id = target)), 255)
$$;

-- Whether there is something of this id that is not theirs: what was asked for and is not there at all says nothing about anybody.
create function holdfast.is_anothers(target uuid, actor uuid) returns boolean language sql stable as $$
  select exists (select from holdfast.files where id = target and space_id is distinct from actor)
    or exists (select from holdfast.sharing_links where id = target and user_id is distinct from actor)
    or exists (select from holdfast.backups where id = target and user_id is distinct from actor)
    or exists (select from holdfast.backup_schedules where id = target and user_id is distinct from actor)
    or exists (select from holdfast.restores where id = target and user_id is distinct from actor)
    or exists (select from holdfast.uploads where id = target and user_id is distinct from actor)
    or exists (select from holdfast.access_tokens where id = target and user_id is distinct from actor)
    or exists (select from holdfast.users where id = target and id is distinct from actor)
    or exists (select from holdfast.backup_targets where id = target)
$$;

-- A day of one of the two logs that is over, sealed: the hash of its rows, and the head of the chain that ends in it.
create table holdfast.audit_days (
  log text not null check (log in ('changes', 'reads')),
  day date not null,
  rows bigint not null,
  hash bytea not null,
  head bytea not null,
  sealed_at timestamptz not null default now(),
  removed_at timestamptz, -- its rows were removed
  removed_by text check (removed_by in ('retention', 'restore')), -- a restored backup does not hold what was read
  primary key (log, day)
);
-- What names the row that is changed, missing or added: 16 bytes of each, in the order of their ids.
create table holdfast.audit_prints (
  log text not null,
  day date not null,
  block int not null,
  prints bytea not null,
  primary key (log, day, block),
  foreign key (log, day) references holdfast.audit_days (log, day) on delete cascade
);
alter table holdfast.audit_days enable row level security;
alter table holdfast.audit_prints enable row level security;

-- A row as it is sealed; docs/design/access-log.md describes it, and a change of it would need another name in the chain.
create function holdfast.log_row_text(l holdfast.log_entries) returns text language sql stable as $$
  select json_build_array(
    l.id, to_char(l.occurred_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'), to_char(l.last_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'),
    l.times, l.actor_id, l.via, l.action, l.outcome, l.target_id, l.target_name, l.ip, l.user_agent, l.bytes, l.request_id, l.detail::text)::text
$$;

do $$
declare
  found text;
begin
  for found in select rolname from pg_roles where rolname in ('anon', 'authenticated') loop
    execute format('revoke all on holdfast.access_log, holdfast.access_log_default, holdfast.log_entries, holdfast.audit_days, holdfast.audit_prints, holdfast.log_names from %I', found);
  end loop;
end
$$;

-- Of both logs.
create or replace function holdfast.ensure_audit_partitions(months_ahead int default 3) returns void language plpgsql as $$
declare
  first date;
  part text;
  parent text;
  taken boolean;
begin
  foreach parent in array array['audit_log', 'access_log'] loop
    for i in 0..months_ahead loop
      first := (date_trunc('month', now() at time zone 'UTC') + make_interval(months => i))::date;
      part := parent || '_' || to_char(first, 'YYYY_MM');
      continue when to_regclass('holdfast.' || part) is not null;
      execute format('select exists (select from holdfast.%I where occurred_at >= $1 and occurred_at < $2)', parent || '_default')
        into taken using first::timestamp at time zone 'UTC', (first + interval '1 month')::timestamp at time zone 'UTC';
      continue when taken;
      execute format('create table holdfast.%I partition of holdfast.%I for values from (%L) to (%L) with (fillfactor = 95)',
        part, parent, first::timestamp at time zone 'UTC', (first + interval '1 month')::timestamp at time zone 'UTC');
      execute format('alter table holdfast.%I enable row level security', part);
    end loop;
  end loop;
end
$$;
select holdfast.ensure_audit_partitions();

-- Removes whole months of one of the two logs that ended before so many months ago, and remembers that they were removed.
create function holdfast.drop_old_log(of_log text, months int) returns void language plpgsql as $$
declare
  before timestamptz := date_trunc('month', now() at time zone 'UTC') at time zone 'UTC' - make_interval(months => months);
  parent text := case of_log when 'changes' then 'audit_log' when 'reads' then 'access_log' end;
  part text;
begin
  for part in
    select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = ('holdfast.' || parent)::regclass and c.relname ~ ('^' || parent || '_\d{4}_\d{2}$')
      and to_date(right(c.relname, 7), 'YYYY_MM')::timestamp at time zone 'UTC' < before
  loop
    execute format('drop table holdfast.%I', part);
  end loop;
  execute format('delete from holdfast.%I where occurred_at < $1', parent || '_default') using before;
  if of_log = 'reads' then
    delete from holdfast.log_names where noted_at < before - interval '2 months';
  end if;
  update holdfast.audit_days set removed_at = now(), removed_by = 'retention'
  where log = of_log and removed_at is null and day < (before at time zone 'UTC')::date;
  delete from holdfast.audit_prints where log = of_log and day < (before at time zone 'UTC')::date;
end
$$;

create or replace function holdfast.drop_old_audit(months int) returns void language sql as $$
  select holdfast.drop_old_log('changes', months)
$$;
