-- From which networks an access token is used: one that has stood still and is used from elsewhere may have been stolen.
create table holdfast.token_networks (
  token_id uuid not null references holdfast.access_tokens (id) on delete cascade,
  network cidr not null, -- /24 or /48
  first_seen_at timestamptz not null, -- the server's clock
  last_seen_at timestamptz not null,
  primary key (token_id, network)
);
create index token_networks_first on holdfast.token_networks (first_seen_at);
alter table holdfast.token_networks enable row level security;

-- What was dealt with last, of one kind and subject.
create index alerts_dealt_with on holdfast.alerts (kind, subject);

do $$
declare
  found text;
begin
  for found in select rolname from pg_roles where rolname in ('anon', 'authenticated') loop
    execute format('revoke all on holdfast.token_networks from %I', found);
  end loop;
end
$$;
