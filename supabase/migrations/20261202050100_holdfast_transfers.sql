-- Files of somebody who leaves, on their way into another space. Rows are kept, so that it is known what was done; an account whose files are
-- on their way is not deleted.
create table holdfast.transfers (
  id uuid primary key,
  user_id uuid not null references holdfast.users (id) on delete cascade, -- whose files
  folder_id uuid not null, -- that they come into
  status text not null default 'running' check (status in ('running', 'completed', 'failed')),
  entries_done int not null default 0,
  error_code text,
  error_detail text,
  asked_by uuid,
  ip inet, -- of the request, for the audit log
  request_id text,
  created_at timestamptz not null default now(),
  ended_at timestamptz
);
create index transfers_user on holdfast.transfers (user_id, id desc);
create unique index transfers_one on holdfast.transfers (user_id) where status = 'running';
alter table holdfast.transfers enable row level security;

do $$
declare
  found text;
begin
  for found in select rolname from pg_roles where rolname in ('anon', 'authenticated') loop
    execute format('revoke all on holdfast.transfers from %I', found);
  end loop;
end
$$;
