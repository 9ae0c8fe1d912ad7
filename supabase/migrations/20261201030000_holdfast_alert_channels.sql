-- When channels are told of an alert: once when it opens, once when it is over.
alter table holdfast.alerts
  add column cleared_at timestamptz, -- since when its check no longer finds it; resolved when that has held for a while
  add column acknowledged_by uuid references holdfast.users (id) on delete set null,
  add column tell_at timestamptz not null default now(), -- channels are not told before
  add column told_at timestamptz,
  add column told_resolved_at timestamptz;
-- What was open before there were channels is on the page, and is not sent.
update holdfast.alerts set told_at = last_seen_at, told_resolved_at = resolved_at;
create index alerts_to_tell on holdfast.alerts (tell_at) where told_at is null;
create index alerts_to_tell_resolved on holdfast.alerts (resolved_at) where resolved_at is not null and told_resolved_at is null;
create index alerts_last_of_subject on holdfast.alerts (kind, subject, resolved_at);

create table holdfast.alert_silences (
  kind text not null,
  subject text not null,
  until timestamptz not null,
  created_by uuid references holdfast.users (id) on delete set null,
  created_at timestamptz not null default now(),
  primary key (kind, subject)
);

-- What an administrator has changed of a kind of alert; the usual values are in the code.
create table holdfast.alert_rules (
  kind text primary key,
  enabled boolean not null default true,
  threshold float8, -- null: the usual one
  updated_at timestamptz not null default now()
);

create table holdfast.alert_channels (
  id uuid primary key default holdfast.uuid7(),
  name text not null unique,
  kind text not null check (kind in ('mail', 'webhook', 'ntfy', 'slack', 'discord', 'matrix', 'gotify')),
  enabled boolean not null default true,
  min_severity text not null default 'warning' check (min_severity in ('info', 'warning', 'critical')),
  send_resolved boolean not null default true,
  recipients jsonb, -- mail: addresses; null: every administrator
  host text, -- where it is sent, for people
  sealed bytea, -- address and secret, AES-256-GCM under a key derived from the link key
  last_sent_at timestamptz,
  last_error text, -- of the last attempt; null: it was sent
  last_error_at timestamptz,
  created_at timestamptz not null default now()
);
insert into holdfast.alert_channels (name, kind) values ('Email to administrators', 'mail');

-- Messages on their way to channels, and what became of them.
create table holdfast.alert_deliveries (
  id uuid primary key,
  alert_id uuid not null references holdfast.alerts (id) on delete cascade,
  channel_id uuid not null references holdfast.alert_channels (id) on delete cascade,
  event text not null check (event in ('opened', 'resolved')),
  attempts int not null default 0,
  next_at timestamptz not null default now(),
  sent_at timestamptz,
  failed_at timestamptz, -- given up
  error text,
  created_at timestamptz not null default now()
);
create index alert_deliveries_due on holdfast.alert_deliveries (next_at) where sent_at is null and failed_at is null;
create index alert_deliveries_alert on holdfast.alert_deliveries (alert_id);
create index alert_deliveries_channel on holdfast.alert_deliveries (channel_id, created_at desc);

-- How each process of the installation sees itself, by its last report.
create table holdfast.node_reports (
  node text primary key,
  role text not null check (role in ('api', 'worker')),
  reported_at timestamptz not null default now(),
  report jsonb not null
);

-- When the owner of an account's failed backup was told by email.
alter table holdfast.backups add column owner_told_at timestamptz;
create index backups_owner_to_tell on holdfast.backups (finished_at)
  where status = 'failed' and scope = 'account' and owner_told_at is null;
update holdfast.backups set owner_told_at = now() where status = 'failed' and scope = 'account';

/*
 * Opens an alert, or counts and updates the one that is open. One that was resolved in the last ten minutes is opened again, and channels
 * that have been told of its end are told of it only when it still is open ten minutes later: what comes and goes is told once.
 * One that has become worse is told again.
 */
create function holdfast.raise_alert(new_id uuid, of_kind text, of_subject text, of_severity text, of_title text, of_data jsonb)
returns text language plpgsql as $$
declare
  grades constant text[] := array['info', 'warning', 'critical'];
begin
  if exists (select from holdfast.alert_rules r where r.kind in (of_kind, split_part(of_kind, '.', 1) || '.*') and not r.enabled) then
    return 'off';
  end if;
  for attempt in 1..3 loop
    update holdfast.alerts a set severity = of_severity, title = of_title, data = of_data, last_seen_at = now(), count = a.count + 1,
      cleared_at = null,
      acknowledged_at = case when array_position(grades, of_severity) > array_position(grades, a.severity) then null else a.acknowledged_at end,
      tell_at = case when array_position(grades, of_severity) > array_position(grades, a.severity)
        then coalesce(a.told_at + interval '5 minutes', a.tell_at) else a.tell_at end,
      told_at = case when array_position(grades, of_severity) > array_position(grades, a.severity) then null else a.told_at end
    where a.kind = of_kind and a.subject = of_subject and a.resolved_at is null;
    if found then
      return 'counted';
    end if;
    begin
      update holdfast.alerts a set severity = of_severity, title = of_title, data = of_data, last_seen_at = now(), count = a.count + 1,
        cleared_at = null, resolved_at = null,
        tell_at = case when a.told_resolved_at is null then a.tell_at else now() + interval '10 minutes' end,
        told_at = case when a.told_resolved_at is null then a.told_at end,
        told_resolved_at = null
      where a.id = (select l.id from holdfast.alerts l
        where l.kind = of_kind and l.subject = of_subject and l.resolved_at > now() - interval '10 minutes'
        order by l.resolved_at desc limit 1 for update);
      if found then
        return 'reopened';
      end if;
      insert into holdfast.alerts (id, kind, subject, severity, title, data)
      values (new_id, of_kind, of_subject, of_severity, of_title, of_data);
      return 'opened';
    exception when unique_violation then
      -- Another has opened it at this very moment.
      null;
    end;
  end loop;
  return 'counted';
end
$$;

do $$
declare
  found text;
  made text;
begin
  foreach made in array array['alert_silences', 'alert_rules', 'alert_channels', 'alert_deliveries', 'node_reports'] loop
    execute format('alter table holdfast.%I enable row level security', made);
    for found in select rolname from pg_roles where rolname in ('anon', 'authenticated') loop
      execute format('revoke all on holdfast.%I from %I', made, found);
    end loop;
  end loop;
end
$$;
