-- Who did what. Written in the transaction of what it tells of. A partition a month, made ahead by a job; the default one catches what
-- comes before the job has run.
create table holdfast.audit_log (
  id uuid not null,
  occurred_at timestamptz not null default now(),
  actor_id uuid, -- null: nobody signed in, or Holdfast itself
  action text not null, -- file.upload, file.trash, share.create, user.disable, …
  target_id uuid,
  ip inet,
  request_id text,
  detail jsonb
) partition by range (occurred_at);
create table holdfast.audit_log_default partition of holdfast.audit_log default;
create index audit_log_time on holdfast.audit_log using brin (occurred_at);
create index audit_log_actor on holdfast.audit_log (actor_id, id desc);
create index audit_log_target on holdfast.audit_log (target_id, id desc) where target_id is not null;

create function holdfast.ensure_audit_partitions(months_ahead int default 3) returns void language plpgsql as $$
declare
  first date;
  part text;
begin
  for i in 0..months_ahead loop
    first := (date_trunc('month', now() at time zone 'UTC') + make_interval(months => i))::date;
    part := 'audit_log_' || to_char(first, 'YYYY_MM');
    if to_regclass('holdfast.' || part) is null
       and not exists (select 1 from holdfast.audit_log_default where occurred_at >= first and occurred_at < first + interval '1 month') then
      execute format('create table holdfast.%I partition of holdfast.audit_log for values from (%L) to (%L)',
        part, first::timestamp at time zone 'UTC', (first + interval '1 month')::timestamp at time zone 'UTC');
      execute format('alter table holdfast.%I enable row level security', part);
    end if;
  end loop;
end
$$;
select holdfast.ensure_audit_partitions();
