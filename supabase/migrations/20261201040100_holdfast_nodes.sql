-- Processes that serve or work, as they say of themselves every few seconds. A row is one life of a process.
create table holdfast.nodes (
  id uuid primary key,
  host text not null,
  role text not null, -- api, worker
  pid int not null,
  version text not null,
  revision text, -- the commit, where it is known
  node_version text not null,
  started_at timestamptz not null,
  seen_at timestamptz not null default now(),
  cores int not null,
  load float8 not null, -- of the last minute
  memory_used bigint not null, -- of the process
  memory_available bigint not null, -- of the machine or container
  memory_total bigint not null
);
alter table holdfast.nodes enable row level security;
do $$
declare
  found text;
begin
  for found in select rolname from pg_roles where rolname in ('anon', 'authenticated') loop
    execute format('revoke all on holdfast.nodes from %I', found);
  end loop;
end
$$;
