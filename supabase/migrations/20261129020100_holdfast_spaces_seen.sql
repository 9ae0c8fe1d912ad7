-- Of which spaces somebody may see something: where a search looks. What is found there is judged by access_to, row by row. The other half of
-- the one decision: whoever gives roles on files gives these two functions another body, and no statement is touched.
create function holdfast.spaces_seen(principal uuid) returns table (space_id uuid) language sql stable as $$
  select s.id from holdfast.spaces s where s.id = principal
$$;

-- The same of a file's path and of the words above it, without the folders that the principal may not see: their names are nobody else's.
create function holdfast.path_seen(of_file uuid, principal uuid) returns text language sql stable as $$
  select case when f.space_id = principal then holdfast.file_path(f.id) else
    coalesce((
      select string_agg('/' || up.name, '' order by up.depth desc) from holdfast.ancestors(f.id) up
      where exists (select from holdfast.access_to(principal, array[up.id]))), '') || '/' || f.name end
  from holdfast.files f where f.id = of_file
$$;

create function holdfast.words_above_seen(of_file uuid, principal uuid) returns text language plpgsql stable as $$
declare
  whose uuid := (select f.space_id from holdfast.files f where f.id = of_file);
begin
  if whose = principal then return holdfast.words_above(of_file); end if;
  if not holdfast.is_live(of_file) then return null; end if;
  return coalesce((
    select string_agg(w.words, '' order by up.depth desc) from holdfast.ancestors(of_file) up
    join holdfast.file_words w on w.file_id = up.id
    where exists (select from holdfast.access_to(principal, array[up.id]))), '');
end
$$;
