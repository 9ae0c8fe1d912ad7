-- How much each user downloads in a day, to compare a day with their own past. What writes the access log adds to it (`add_downloads`).
create table holdfast.user_downloads (
  user_id uuid not null references holdfast.users (id) on delete cascade,
  day date not null, -- UTC
  files int not null,
  bytes bigint not null,
  last_at timestamptz not null,
  primary key (user_id, day)
);
create index user_downloads_day on holdfast.user_downloads (day);
alter table holdfast.user_downloads enable row level security;

create function holdfast.add_downloads(of_user uuid, at timestamptz, more_files int, more_bytes bigint) returns void language sql as $$
  insert into holdfast.user_downloads as d (user_id, day, files, bytes, last_at)
  select u.id, (at at time zone 'UTC')::date, more_files, more_bytes, at from holdfast.users u where u.id = of_user
  on conflict (user_id, day) do update set files = d.files + excluded.files, bytes = d.bytes + excluded.bytes,
    last_at = greatest(d.last_at, excluded.last_at)
$$;

do $$
declare
  found text;
begin
  for found in select rolname from pg_roles where rolname in ('anon', 'authenticated') loop
    execute format('revoke all on holdfast.user_downloads from %I', found);
    execute format('revoke all on all functions in schema holdfast from %I', found);
  end loop;
end
$$;
