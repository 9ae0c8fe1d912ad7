-- From which lines an account was signed in to of late: an HMAC of both, which says nothing without the server's secret. Who guesses from elsewhere
-- keeps nobody waiting at these.
create table holdfast.known_lines (
  key bytea primary key,
  seen_at timestamptz not null
);
create index known_lines_seen on holdfast.known_lines (seen_at);

alter table holdfast.known_lines enable row level security;
do $$
declare
  found text;
begin
  for found in select rolname from pg_roles where rolname in ('anon', 'authenticated') loop
    execute format('revoke all on holdfast.known_lines from %I', found);
  end loop;
end
$$;
