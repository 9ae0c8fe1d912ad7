-- auth.users is mirrored into holdfast.users in the same transaction, and whatever can be revoked is announced to every node.
-- Runs as its owner: the service that writes auth.users has no rights in schema holdfast.
create function holdfast.mirror_user() returns trigger language plpgsql security definer set search_path = '' as $$
begin
  if tg_op = 'DELETE' then
    update holdfast.users set deleted_at = now(), updated_at = now() where id = old.id;
    perform pg_notify('holdfast_principals', old.id::text);
    return old;
  end if;
  insert into holdfast.users as u (id, email, role, disabled_until, deleted_at, last_sign_in_at, created_at, quota_bytes)
  values (
    new.id,
    coalesce(new.email, ''),
    case when new.raw_app_meta_data ->> 'role' = 'admin' then 'admin' else 'user' end,
    new.banned_until,
    new.deleted_at,
    new.last_sign_in_at,
    coalesce(new.created_at, now()),
    (select (value #>> '{}')::bigint from holdfast.settings where key = 'default-quota')
  )
  on conflict (id) do update set
    email = excluded.email,
    role = excluded.role,
    disabled_until = excluded.disabled_until,
    deleted_at = excluded.deleted_at,
    last_sign_in_at = excluded.last_sign_in_at,
    updated_at = now()
  where (u.email, u.role, u.disabled_until, u.deleted_at, u.last_sign_in_at)
    is distinct from (excluded.email, excluded.role, excluded.disabled_until, excluded.deleted_at, excluded.last_sign_in_at);
  insert into holdfast.files (id, user_id, parent_id, name, kind) values (new.id, new.id, null, '', 'folder') on conflict (id) do nothing;
  if tg_op = 'UPDATE' and (old.raw_app_meta_data, old.banned_until, old.deleted_at, old.email)
     is distinct from (new.raw_app_meta_data, new.banned_until, new.deleted_at, new.email) then
    perform pg_notify('holdfast_principals', new.id::text);
  end if;
  return new;
end
$$;

create trigger holdfast_mirror_user after insert or update or delete on auth.users
  for each row execute function holdfast.mirror_user();

create function holdfast.announce_session_end() returns trigger language plpgsql security definer set search_path = '' as $$
begin
  perform pg_notify('holdfast_principals', old.user_id::text);
  return null;
end
$$;

-- Some hosted databases do not let anybody add triggers here. Then the short life of the cache alone makes an end of a session
-- felt, within a second.
do $$
begin
  create trigger holdfast_session_end after delete on auth.sessions
    for each row execute function holdfast.announce_session_end();
exception when insufficient_privilege then
  raise notice 'auth.sessions takes no triggers; revocation takes up to a second';
end
$$;

insert into holdfast.users (id, email, role, disabled_until, deleted_at, last_sign_in_at, created_at)
select id, coalesce(email, ''), case when raw_app_meta_data ->> 'role' = 'admin' then 'admin' else 'user' end,
  banned_until, deleted_at, last_sign_in_at, coalesce(created_at, now())
from auth.users
on conflict (id) do nothing;
insert into holdfast.files (id, user_id, parent_id, name, kind)
select id, id, null, '', 'folder' from holdfast.users
on conflict (id) do nothing;

-- Nothing of ours is for Supabase's API roles, whatever a project's default privileges say.
do $$
declare
  found text;
begin
  for found in select rolname from pg_roles where rolname in ('anon', 'authenticated') loop
    execute format('revoke all on schema holdfast from %I', found);
    execute format('revoke all on all tables in schema holdfast from %I', found);
    execute format('revoke all on all functions in schema holdfast from %I', found);
  end loop;
  for found in select c.relname from pg_class c where c.relnamespace = 'holdfast'::regnamespace and c.relkind in ('r', 'p') loop
    execute format('alter table holdfast.%I enable row level security', found);
  end loop;
end
$$;
revoke all on schema holdfast from public;
