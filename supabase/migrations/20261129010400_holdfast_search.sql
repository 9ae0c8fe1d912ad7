-- What search reads: of everything with a name, and not in the trash itself, the words of that name. It is made anew from the files and kept by
-- triggers, so that no way of writing a file can forget it. A folder's name stands in the folder's row alone: renaming or moving it costs one row,
-- however much lies inside.

-- Letters as search compares them: small, without accents, in their plain form; what separates words is one space. Ideographs and kana are words of
-- their own, because nothing separates them.
create function holdfast.fold(of_text text) returns text language sql immutable strict parallel safe as $$
  select regexp_replace(
    case when octet_length(of_text) = length(of_text) then lower(of_text collate "C")
    else regexp_replace(regexp_replace(
      replace(replace(replace(translate(lower(normalize(of_text, NFKD) collate holdfast.natural), 'øłđðħıς', 'olddhiσ'),
        'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'),
      '[\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u064b-\u065f\u200b-\u200f\u202a-\u202e\u2060\ufe00-\ufe0f\ufeff]', '', 'g'),
      '([\u2e80-\u2fff\u3005-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff])', ' \1 ', 'g') collate "C"
    end,
    '[\u0001-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00bf\u2000-\u206f\u3000-\u3004]+', ' ', 'g')
$$;

-- A name's words, each with a space before and after it: "IMG_0001.jpg" is " img 0001 jpg ".
create function holdfast.words_of(name text) returns text language sql immutable strict parallel safe as $$
  select ' ' || btrim(holdfast.fold(name)) || ' '
$$;

-- The last word of a name: of most files their ending.
create function holdfast.last_word(words text) returns text language sql immutable strict parallel safe as $$
  select split_part(btrim(words), ' ', -1)
$$;

-- A user's piece of a word as the number that the index knows it by: one user's pieces stand together, and no other user's are read.
create function holdfast.search_key(of_user uuid, piece text) returns bigint language sql immutable strict parallel safe as $$
  select (uuid_hash(of_user)::bigint << 32) | (hashtext(piece collate "C")::bigint & 4294967295)
$$;

-- The pieces of all words: every three characters in a row (with the space before and after), and how words begin: one letter, and three.
create function holdfast.search_keys(of_user uuid, words text) returns bigint[] language plpgsql immutable strict parallel safe cost 2000 as $$
declare
  base bigint := uuid_hash(of_user)::bigint << 32;
  keys bigint[] := '{}';
  word text;
  letters int;
begin
  foreach word in array string_to_array(btrim(words), ' ') loop
    letters := length(word);
    keys := keys || (base | (hashtext(' ' || left(word, 1))::bigint & 4294967295));
    if letters > 2 then keys := keys || (base | (hashtext(' ' || left(word, 3))::bigint & 4294967295)); end if;
    word := ' ' || word || ' ';
    for at in 1 .. letters loop
      keys := keys || (base | (hashtext(substr(word, at, 3))::bigint & 4294967295));
    end loop;
  end loop;
  return keys;
end
$$;

-- What a file is to people who look for one, by its media type as far as that says it, then by its ending.
create function holdfast.sort_of(kind text, file_type text, name text) returns text language sql immutable parallel safe as $$
  select case
    when kind = 'folder' then 'folder'
    when file_type like 'image/%' then 'image'
    when file_type like 'video/%' then 'video'
    when file_type like 'audio/%' then 'audio'
    when file_type = 'application/pdf' then 'document'
    when ending in ('png','jpg','jpeg','gif','webp','avif','svg','heic','tif','tiff','bmp','raw','dng') then 'image'
    when ending in ('mp4','mkv','mov','webm','avi','m4v') then 'video'
    when ending in ('mp3','flac','wav','ogg','opus','m4a','aac') then 'audio'
    when ending in ('pdf','xls','xlsx','ods','csv','tsv','numbers','ppt','pptx','odp','key','doc','docx','odt','rtf','pages','epub','txt','md','markdown') then 'document'
    when ending in ('zip','tar','tgz','gz','bz2','xz','zst','7z','rar','iso','dmg') then 'archive'
    else 'other' end
  from (select lower(split_part(name, '.', -1) collate "C") as ending) e
$$;

-- The words of all folders above a file, or null where one of them, or the file, is in the trash or deleted for good.
create function holdfast.words_above(of_file uuid) returns text language plpgsql stable as $$
declare
  at uuid := of_file;
  above text := '';
  row record;
begin
  loop
    select f.parent_id, f.trashed_at, f.purged_at, w.words into row
    from holdfast.files f left join holdfast.file_words w on w.file_id = f.id where f.id = at;
    if not found or row.trashed_at is not null or row.purged_at is not null then return null; end if;
    if at <> of_file then above := coalesce(row.words, '') || above; end if;
    if row.parent_id is null then return above; end if;
    at := row.parent_id;
  end loop;
end
$$;

create table holdfast.file_words (
  file_id uuid not null,
  user_id uuid not null,
  words text not null,
  sort text not null
);

-- Fills it from what there is. Run again after rows were loaded with triggers off.
create function holdfast.fill_file_words() returns void language sql as $$
  truncate holdfast.file_words;
  insert into holdfast.file_words (file_id, user_id, words, sort)
  select id, user_id, holdfast.words_of(name), holdfast.sort_of(kind, file_type, name)
  from holdfast.files where parent_id is not null and trashed_at is null and purged_at is null;
$$;
select holdfast.fill_file_words();

alter table holdfast.file_words add primary key (file_id);
create index file_words_in_order on holdfast.file_words (user_id, words collate holdfast.natural, file_id) include (sort);
create index file_words_by_ending on holdfast.file_words (user_id, holdfast.last_word(words), words collate holdfast.natural, file_id) include (sort);
-- New rows wait in a list until it has a megabyte: a smaller one is worked off so often that simultaneous uploads wait for it.
create index file_words_pieces on holdfast.file_words using gin (holdfast.search_keys(user_id, words)) with (gin_pending_list_limit = 1024);
create index file_words_folders on holdfast.file_words using gin (holdfast.search_keys(user_id, words)) where sort = 'folder';
analyze holdfast.file_words;

create function holdfast.note_new_words() returns trigger language plpgsql as $$
begin
  insert into holdfast.file_words (file_id, user_id, words, sort)
  select id, user_id, holdfast.words_of(name), holdfast.sort_of(kind, file_type, name)
  from added where parent_id is not null and trashed_at is null and purged_at is null;
  return null;
end
$$;
create trigger files_new_words after insert on holdfast.files
  referencing new table as added for each statement execute function holdfast.note_new_words();

create function holdfast.note_other_words() returns trigger language plpgsql as $$
begin
  delete from holdfast.file_words where file_id = old.id;
  if new.parent_id is not null and new.trashed_at is null and new.purged_at is null then
    insert into holdfast.file_words (file_id, user_id, words, sort)
    values (new.id, new.user_id, holdfast.words_of(new.name), holdfast.sort_of(new.kind, new.file_type, new.name));
  end if;
  return null;
end
$$;
create trigger files_other_words after update on holdfast.files for each row
  when (old.name is distinct from new.name or old.file_type is distinct from new.file_type or old.user_id is distinct from new.user_id
    or (old.trashed_at is null) is distinct from (new.trashed_at is null) or (old.purged_at is null) is distinct from (new.purged_at is null))
  execute function holdfast.note_other_words();

create function holdfast.forget_words() returns trigger language plpgsql as $$
begin
  delete from holdfast.file_words w using removed r where w.file_id = r.id;
  return null;
end
$$;
create trigger files_no_words after delete on holdfast.files
  referencing old table as removed for each statement execute function holdfast.forget_words();

-- The path that people see: /folder/name. As a loop whose statements are planned once a session: every page of results asks it for each row.
create or replace function holdfast.file_path(of_file uuid) returns text language plpgsql stable as $$
declare
  at uuid := of_file;
  path text := '';
  row record;
begin
  loop
    select parent_id, name into row from holdfast.files where id = at;
    if not found then return null; end if;
    if row.parent_id is null then return case path when '' then '/' else path end; end if;
    path := '/' || row.name || path;
    at := row.parent_id;
  end loop;
end
$$;
