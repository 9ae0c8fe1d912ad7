-- Removes whole months of the audit log that ended before so many months ago, and what the default partition holds of them.
create function holdfast.drop_old_audit(months int) returns void language plpgsql as $$
declare
  before timestamptz := date_trunc('month', now() at time zone 'UTC') at time zone 'UTC' - make_interval(months => months);
  part text;
begin
  for part in
    select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = 'holdfast.audit_log'::regclass and c.relname ~ '^audit_log_\d{4}_\d{2}$'
      and to_date(right(c.relname, 7), 'YYYY_MM')::timestamp at time zone 'UTC' < before
  loop
    execute format('drop table holdfast.%I', part);
  end loop;
  delete from holdfast.audit_log_default where occurred_at < before;
end
$$;
