-- What an administrator has to know. Anything that is still so has one open row, however often it was met.
create table holdfast.alerts (
  id uuid primary key,
  kind text not null, -- what kind of thing: content.damaged
  subject text not null, -- which one: the hash of a stored piece
  severity text not null check (severity in ('info', 'warning', 'critical')),
  title text not null, -- one sentence for people
  data jsonb not null default '{}',
  first_seen_at timestamptz not null default now(),
  last_seen_at timestamptz not null default now(),
  count int not null default 1, -- how often it was met
  acknowledged_at timestamptz,
  resolved_at timestamptz -- when it was no longer so
);
create unique index alerts_open on holdfast.alerts (kind, subject) where resolved_at is null;
create index alerts_recent on holdfast.alerts (last_seen_at desc, id desc);
alter table holdfast.alerts enable row level security;
do $$
declare
  found text;
begin
  for found in select rolname from pg_roles where rolname in ('anon', 'authenticated') loop
    execute format('revoke all on holdfast.alerts from %I', found);
  end loop;
end
$$;
