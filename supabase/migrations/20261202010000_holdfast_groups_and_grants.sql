-- Who else may: groups of people, and grants that give a person or a group a role on a file or folder and all that is in it. See
-- docs/design/people-and-teams.md.
create table holdfast.groups (
  id uuid primary key,
  name text not null check (char_length(name) between 1 and 100),
  description text check (char_length(description) <= 500),
  external_name text unique, -- as an identity provider calls it: members with a claim of it come and go at their sign-ins
  created_by uuid references holdfast.users (id) on delete set null,
  created_at timestamptz not null default now()
);
create unique index groups_name on holdfast.groups (lower(name));
alter table holdfast.groups enable row level security;

create table holdfast.group_members (
  group_id uuid not null references holdfast.groups (id) on delete cascade,
  user_id uuid not null references holdfast.users (id) on delete cascade,
  from_claim boolean not null default false, -- added by a sign-in, and taken out by the next one without the claim
  added_at timestamptz not null default now(),
  primary key (user_id, group_id)
);
create index group_members_group on holdfast.group_members (group_id, user_id);
alter table holdfast.group_members enable row level security;

create table holdfast.grants (
  id uuid primary key,
  file_id uuid not null references holdfast.files (id) on delete cascade, -- a space's root too: that is what membership is
  space_id uuid not null references holdfast.spaces (id) on delete cascade, -- the file's
  user_id uuid references holdfast.users (id) on delete cascade,
  group_id uuid references holdfast.groups (id) on delete cascade,
  grantee_id uuid not null generated always as (coalesce(user_id, group_id)) stored,
  role text not null check (role in ('uploader', 'viewer', 'contributor', 'editor', 'manager')),
  created_by uuid references holdfast.users (id) on delete set null,
  created_at timestamptz not null default now(),
  expires_at timestamptz,
  check (num_nonnulls(user_id, group_id) = 1)
);
create unique index grants_one on holdfast.grants (file_id, grantee_id);
create index grants_grantee on holdfast.grants (grantee_id);
create index grants_space on holdfast.grants (space_id);
create index grants_expiry on holdfast.grants (expires_at) where expires_at is not null;
alter table holdfast.grants enable row level security;

-- False: grants on folders above do not count here, only those on it and below, and those of the space's managers. No row is rewritten.
alter table holdfast.files add column inherits boolean not null default true;
create index files_not_inheriting on holdfast.files (space_id) where not inherits;

-- Each process hears what changed who may: open pages look again, and what is being sent to somebody who no longer may is ended.
create function holdfast.announce_grants() returns trigger language plpgsql as $$
begin
  perform pg_notify('holdfast_grants', '');
  return null;
end
$$;
create trigger grants_announced after insert or update or delete on holdfast.grants
  for each statement execute function holdfast.announce_grants();
create trigger group_members_announced after insert or update or delete on holdfast.group_members
  for each statement execute function holdfast.announce_grants();
create trigger spaces_announced after update of archived_at on holdfast.spaces
  for each statement execute function holdfast.announce_grants();
create trigger files_announced after update of inherits on holdfast.files
  for each statement execute function holdfast.announce_grants();

-- The principal and their groups: whose grants are theirs.
create function holdfast.grantees_of(principal uuid) returns uuid[] language sql stable as $$
  select array(select principal union all select m.group_id from holdfast.group_members m where m.user_id = principal)
$$;

-- The role that grants give on a file: what all of them together allow, on the file or any folder above it. A folder that does not inherit
-- ends what comes from above, except for the space's managers. An uploader sees the files that they brought. Null: none.
create function holdfast.granted_role(of_file uuid, principal uuid) returns text language plpgsql stable as $$
declare
  grantees uuid[] := holdfast.grantees_of(principal);
  given int;
  space record;
begin
  if not exists (select from holdfast.grants g where g.grantee_id = any (grantees)) then return null; end if;
  with recursive up as (
    select f.id, f.parent_id, f.inherits, true as counts from holdfast.files f where f.id = of_file
    union all
    select f.id, f.parent_id, f.inherits, up.counts and up.inherits from up join holdfast.files f on f.id = up.parent_id
  )
  select bit_or(case g.role when 'uploader' then 1 when 'viewer' then 2 when 'contributor' then 3 when 'editor' then 4 else 8 end) into given
  from up join holdfast.grants g on g.file_id = up.id
  where g.grantee_id = any (grantees) and (g.expires_at is null or g.expires_at > now())
    and (up.counts or (up.parent_id is null and g.role = 'manager'));
  if given is null then return null; end if;
  select s.archived_at is not null as archived, f.kind = 'file' and f.user_id = principal as own into space
  from holdfast.files f join holdfast.spaces s on s.id = f.space_id where f.id = of_file;
  if space.archived then return case when given > 1 or space.own then 'viewer' end; end if;
  return case
    when given >= 8 then 'manager'
    when given >= 4 then 'editor'
    when given = 3 then 'contributor'
    when given = 2 then 'viewer'
    when space.own then 'viewer'
    else 'uploader'
  end;
end
$$;

create or replace function holdfast.access_to(principal uuid, ids uuid[]) returns table (file_id uuid, space_id uuid, role text) language sql stable as $$
  select f.id, f.space_id, r.role from holdfast.files f
  cross join lateral (select case when f.space_id = principal then 'manager' else holdfast.granted_role(f.id, principal) end as role offset 0) r
  where f.id = any (ids) and r.role is not null
$$;

create or replace function holdfast.spaces_seen(principal uuid) returns table (space_id uuid) language sql stable as $$
  select s.id from holdfast.spaces s where s.id = principal
  union
  select g.space_id from holdfast.grants g
  where g.grantee_id = any (holdfast.grantees_of(principal)) and (g.expires_at is null or g.expires_at > now())
$$;

-- A move into another space takes grants along.
create function holdfast.grants_follow_their_file() returns trigger language plpgsql as $$
begin
  update holdfast.grants g set space_id = new.space_id where g.file_id = new.id;
  return null;
end
$$;
create trigger files_take_grants_along after update of space_id on holdfast.files
  for each row when (old.space_id is distinct from new.space_id) execute function holdfast.grants_follow_their_file();

do $$
declare
  found text;
begin
  for found in select rolname from pg_roles where rolname in ('anon', 'authenticated') loop
    execute format('revoke all on holdfast.groups, holdfast.group_members, holdfast.grants from %I', found);
    execute format('revoke all on all functions in schema holdfast from %I', found);
  end loop;
end
$$;
