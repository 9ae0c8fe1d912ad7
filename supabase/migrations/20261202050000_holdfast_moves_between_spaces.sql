-- A file is in the space of its folder, also where the folder was moved into another space while the file was on its way into it. A move locks
-- the folders that it takes along, and the check of `parent_id` waits for it; what was waiting is put right here, with what it takes.
create function holdfast.follow_folder(of_file uuid, into_space uuid) returns void language plpgsql as $$
declare
  of_row record;
  held bigint;
begin
  select * into of_row from holdfast.files where id = of_file for update;
  if of_row.space_id = into_space then return; end if;
  if of_row.kind = 'folder' and exists (select from holdfast.files where parent_id = of_file) then
    raise exception 'the folder % was moved into another space just now', of_file using errcode = '40001';
  end if;
  update holdfast.files f set space_id = into_space, user_id = holdfast.brought_by(f.user_id, f.space_id, into_space) where f.id = of_file;
  held := of_row.file_size + coalesce((select sum(file_size) from holdfast.file_versions where file_id = of_file), 0);
  insert into holdfast.usage_entries (space_id, bytes, entries, folders)
  select s.id, s.sign * held, s.sign, s.sign * (of_row.kind = 'folder')::int from (values (of_row.space_id, -1), (into_space, 1)) s (id, sign);
end
$$;

-- Who brought a file, as another space has it: null means a personal space's owner.
create function holdfast.brought_by(former uuid, from_space uuid, into_space uuid) returns uuid language sql stable as $$
  select nullif(coalesce(former, (select s.id from holdfast.spaces s where s.id = from_space and s.kind = 'personal')), into_space)
$$;

create function holdfast.keep_new_files_in_space() returns trigger language plpgsql as $$
begin
  perform holdfast.follow_folder(a.id, p.space_id) from added a join holdfast.files p on p.id = a.parent_id where p.space_id <> a.space_id;
  return null;
end
$$;
-- After `files_new_words`, as triggers go by their names: what is put right takes its words along.
create trigger files_newly_in_space after insert on holdfast.files
  referencing new table as added for each statement execute function holdfast.keep_new_files_in_space();

create function holdfast.keep_moved_files_in_space() returns trigger language plpgsql as $$
begin
  perform holdfast.follow_folder(new.id, p.space_id) from holdfast.files p
  where p.id = new.parent_id and p.space_id <> (select f.space_id from holdfast.files f where f.id = new.id);
  return null;
end
$$;
create trigger files_moved_in_space after update of parent_id on holdfast.files
  for each row when (old.parent_id is distinct from new.parent_id) execute function holdfast.keep_moved_files_in_space();

do $$
declare
  found text;
begin
  for found in select rolname from pg_roles where rolname in ('anon', 'authenticated') loop
    execute format('revoke all on all functions in schema holdfast from %I', found);
  end loop;
end
$$;
