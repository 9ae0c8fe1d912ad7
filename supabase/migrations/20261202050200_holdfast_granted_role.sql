-- As before, by a way up the tree and into the grants of each folder that does not depend on what the planner knows of the tables (`offset 0` keeps it
-- from joining): with many grants to one's groups it read all of those for each file.
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
    select f.id, f.parent_id, f.inherits, up.counts and up.inherits from up cross join lateral (
      select f.id, f.parent_id, f.inherits from holdfast.files f where f.id = up.parent_id offset 0
    ) f
  )
  select bit_or(case g.role when 'uploader' then 1 when 'viewer' then 2 when 'contributor' then 3 when 'editor' then 4 else 8 end) into given
  from up cross join lateral (
    select g.role from holdfast.grants g
    where g.file_id = up.id and g.grantee_id = any (grantees) and (g.expires_at is null or g.expires_at > now()) offset 0
  ) g
  where up.counts or (up.parent_id is null and g.role = 'manager');
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

do $$
declare
  found text;
begin
  for found in select rolname from pg_roles where rolname in ('anon', 'authenticated') loop
    execute format('revoke all on all functions in schema holdfast from %I', found);
  end loop;
end
$$;
