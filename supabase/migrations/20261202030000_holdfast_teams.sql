-- Team spaces that can be deleted and brought back, who put something into the trash, and groups that follow what an identity provider says.
alter table holdfast.spaces add column deleted_at timestamptz; -- of a team: nobody sees what is in it, until it is brought back or a job removes it
alter table holdfast.spaces add column deleted_by uuid references holdfast.users (id) on delete set null;
create index spaces_teams on holdfast.spaces (lower(name), id) where kind = 'team';
create index spaces_made on holdfast.spaces (created_by) where kind = 'team';
create trigger spaces_deletion_announced after update of deleted_at on holdfast.spaces
  for each statement execute function holdfast.announce_grants();

alter table holdfast.files add column trashed_by uuid references holdfast.users (id) on delete set null; -- null: not known, or as the folder above it
create index files_trashed_by on holdfast.files (trashed_by) where trashed_by is not null;

-- What grants on a space's root give, as `granted_role` has it but whatever has become of the space: who may bring a team back, or end its being
-- archived, is judged by this. Null: none.
create function holdfast.member_role(of_space uuid, principal uuid) returns text language sql stable as $$
  select case
    when given >= 8 then 'manager' when given >= 4 then 'editor' when given = 3 then 'contributor' when given = 2 then 'viewer' when given = 1 then 'uploader'
  end
  from (
    select bit_or(case g.role when 'uploader' then 1 when 'viewer' then 2 when 'contributor' then 3 when 'editor' then 4 else 8 end) as given
    from holdfast.grants g
    where g.file_id = of_space and g.grantee_id = any (holdfast.grantees_of(principal)) and (g.expires_at is null or g.expires_at > now())
  ) found
$$;

-- As before, and nobody has a role on what is in a deleted team.
create or replace function holdfast.granted_role(of_file uuid, principal uuid) returns text language plpgsql stable as $$
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
  select s.archived_at is not null as archived, s.deleted_at is not null as deleted, f.kind = 'file' and f.user_id = principal as own into space
  from holdfast.files f join holdfast.spaces s on s.id = f.space_id where f.id = of_file;
  if space.deleted then return null; end if;
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

create or replace function holdfast.spaces_seen(principal uuid) returns table (space_id uuid) language sql stable as $$
  select s.id from holdfast.spaces s where s.id = principal
  union
  select g.space_id from holdfast.grants g join holdfast.spaces s on s.id = g.space_id
  where g.grantee_id = any (holdfast.grantees_of(principal)) and (g.expires_at is null or g.expires_at > now()) and s.deleted_at is null
$$;

-- The groups that an identity provider says somebody is in: `groups` of app_metadata, which nobody writes but the identity service and its
-- administrators, and of the identities of the embedded service, which it writes from verified tokens alone. A Supabase's identities may hold
-- what people typed in themselves, and do not count. Only names that the settings ask for, at most 200.
create function holdfast.claimed_groups(of_user uuid) returns text[] language plpgsql stable security definer set search_path = '' as $$
declare
  claims jsonb;
  wanted text[];
begin
  select case when jsonb_typeof(u.raw_app_meta_data -> 'groups') = 'array' then u.raw_app_meta_data -> 'groups' else '[]' end into claims
  from auth.users u where u.id = of_user;
  if exists (select from holdfast.settings where key = 'identity-service' and value = '"embedded"') then
    select coalesce(claims, '[]') || coalesce(jsonb_agg(name), '[]') into claims
    from auth.identities i cross join lateral jsonb_array_elements(
      case when jsonb_typeof(i.identity_data -> 'groups') = 'array' then i.identity_data -> 'groups' else '[]' end) name
    where i.user_id = of_user and i.provider not in ('email', 'phone');
  end if;
  select array(select jsonb_array_elements_text(value)) into wanted from holdfast.settings where key = 'groups-wanted' and jsonb_typeof(value) = 'array';
  return array(
    select distinct c.name from jsonb_array_elements(coalesce(claims, '[]')) e cross join lateral (select e #>> '{}' as name) c
    where jsonb_typeof(e) = 'string' and char_length(c.name) between 1 and 100 and (wanted is null or c.name like any (wanted))
    order by 1 limit 200
  );
end
$$;

-- Brings somebody's groups into line with what their provider says. Who is in a group by an administrator's hand stays.
create function holdfast.follow_claims(of_user uuid) returns void language plpgsql security definer set search_path = '' as $$
declare
  claimed text[];
  changed record;
begin
  if not exists (select from holdfast.users where id = of_user and deleted_at is null) then return; end if;
  claimed := holdfast.claimed_groups(of_user);
  if exists (select from holdfast.group_members m join holdfast.groups g on g.id = m.group_id
    where m.user_id = of_user and m.from_claim and not coalesce(g.external_name = any (claimed), false)) then
    for changed in
      delete from holdfast.group_members m using holdfast.groups g
      where g.id = m.group_id and m.user_id = of_user and m.from_claim and not coalesce(g.external_name = any (claimed), false)
      returning g.id, g.name
    loop
      insert into holdfast.audit_log (id, action, target_id, target_name, detail, via)
      values (holdfast.uuid7(), 'group.leave', changed.id, changed.name, jsonb_build_object('userId', of_user, 'by', 'claim'), 'system');
    end loop;
  end if;
  if claimed = '{}' then return; end if;
  if exists (select from holdfast.settings where key = 'groups-made' and value = 'true')
    and exists (select from unnest(claimed) name where not exists (select from holdfast.groups g where g.external_name = name)) then
    for changed in
      insert into holdfast.groups (id, name, external_name)
      select holdfast.uuid7(), name, name from unnest(claimed) name
      where (select count(*) from holdfast.groups) + cardinality(claimed) <= 10000
      on conflict do nothing -- a group of that name which an administrator made is theirs to give away
      returning id, name
    loop
      insert into holdfast.audit_log (id, action, target_id, target_name, detail, via)
      values (holdfast.uuid7(), 'group.create', changed.id, changed.name, '{"by": "claim"}', 'system');
    end loop;
  end if;
  if not exists (select from holdfast.groups g where g.external_name = any (claimed)
    and not exists (select from holdfast.group_members m where m.group_id = g.id and m.user_id = of_user)) then return; end if;
  for changed in
    insert into holdfast.group_members (group_id, user_id, from_claim)
    select g.id, of_user, true from holdfast.groups g
    where g.external_name = any (claimed) and not exists (select from holdfast.group_members m where m.group_id = g.id and m.user_id = of_user)
      and (select count(*) from holdfast.group_members m where m.group_id = g.id) < 10000
    order by g.external_name
    limit greatest(0, 200 - (select count(*) from holdfast.group_members m where m.user_id = of_user))
    on conflict do nothing
    returning group_id as id, (select name from holdfast.groups g where g.id = group_id) as name
  loop
    insert into holdfast.audit_log (id, action, target_id, target_name, detail, via)
    values (holdfast.uuid7(), 'group.join', changed.id, changed.name, jsonb_build_object('userId', of_user, 'by', 'claim'), 'system');
  end loop;
end
$$;

-- At each sign-in, and when the identity service writes what it knows of somebody. Named to come after `holdfast_mirror_user`.
create function holdfast.follow_claims_of_row() returns trigger language plpgsql security definer set search_path = '' as $$
begin
  perform holdfast.follow_claims(new.id);
  return null;
end
$$;
create trigger holdfast_mirror_user_groups after insert or update of raw_app_meta_data, last_sign_in_at on auth.users
  for each row execute function holdfast.follow_claims_of_row();

-- Whether the settings keep somebody out who is not in the group that may sign in. Administrators always may, so that nobody locks all out.
create function holdfast.kept_out(of_user uuid, of_role text) returns boolean language sql stable as $$
  select coalesce((
    select of_role <> 'admin' and not exists (
      select from holdfast.group_members m join holdfast.groups g on g.id = m.group_id
      where m.user_id = of_user and (g.external_name = s.value #>> '{}' or (g.external_name is null and lower(g.name) = lower(s.value #>> '{}'))))
    from holdfast.settings s where s.key = 'sign-in-group' and jsonb_typeof(s.value) = 'string'
  ), false)
$$;

-- Backups of a team: `user_id` of a backup and of a schedule is whose files they are, a person's or a team's, and with both the id of a space.
alter table holdfast.backups drop constraint backups_user_id_fkey, drop constraint backups_scope_check, drop constraint backups_with_versions;
alter table holdfast.backups add constraint backups_scope_check check (scope in ('account', 'space', 'instance')),
  add constraint backups_with_versions check (not with_versions or scope <> 'instance'),
  add constraint backups_user_id_fkey foreign key (user_id) references holdfast.spaces (id) on delete set null;
alter table holdfast.backup_schedules drop constraint backup_schedules_user_id_fkey, drop constraint backup_schedules_scope_check,
  drop constraint backup_schedules_check, drop constraint backup_schedules_with_versions;
alter table holdfast.backup_schedules add constraint backup_schedules_with_versions check (not with_versions or scope <> 'instance'),
  add constraint backup_schedules_scope_check check (scope in ('account', 'space', 'instance')),
  add constraint backup_schedules_check check ((scope <> 'instance') = (user_id is not null)),
  add constraint backup_schedules_user_id_fkey foreign key (user_id) references holdfast.spaces (id) on delete cascade;
alter table holdfast.restores add column space_id uuid references holdfast.spaces (id) on delete cascade; -- the team that it goes to; null: the user's own files

do $$
declare
  found text;
begin
  for found in select rolname from pg_roles where rolname in ('anon', 'authenticated') loop
    execute format('revoke all on all functions in schema holdfast from %I', found);
  end loop;
end
$$;
