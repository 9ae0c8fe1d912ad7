-- How many browsers may look at one file behind a link with a limit.
create function holdfast.preview_limit(max_downloads int) returns bigint language sql immutable as $$
  select 10 + 3 * max_downloads::bigint
$$;

-- How many have. Kept beside the grants, which go after a while.
create table holdfast.share_previews (
  link_id uuid not null references holdfast.sharing_links (id) on delete cascade,
  file_id uuid not null,
  previews bigint not null,
  primary key (link_id, file_id)
);

-- Lets a browser look at a file behind a link with a limit, without charging a download: 'covered' by a grant of a download or a preview
-- that is there already, 'granted' with a new one, 'exhausted' where no downloads are left, or 'used_up' where as many browsers as may
-- look have looked. The row of the file's previews is the queue that simultaneous ones wait in.
create function holdfast.grant_preview(of_link uuid, of_file uuid, of_holder bytea, at timestamptz) returns text
language plpgsql as $$
declare
  until timestamptz := at + interval '1 hour';
  of_subject text := 'preview:' || of_file;
  most bigint;
begin
  update holdfast.share_grants g set expires_at = least(until, g.created_at + interval '7 days')
  where g.link_id = of_link and g.subject in (of_file::text, of_subject) and g.holder = of_holder and g.expires_at > at;
  if found then return 'covered'; end if;

  select holdfast.preview_limit(l.max_downloads) into most
  from holdfast.sharing_links l where l.id = of_link and l.download_count < l.max_downloads;
  if not found then return 'exhausted'; end if;

  insert into holdfast.share_previews as p (link_id, file_id, previews) values (of_link, of_file, 1)
  on conflict (link_id, file_id) do update set previews = p.previews + 1 where p.previews < most;
  if not found then
    -- The one that made us wait may have been the same holder.
    perform from holdfast.share_grants g
    where g.link_id = of_link and g.subject = of_subject and g.holder = of_holder and g.expires_at > at;
    return case when found then 'covered' else 'used_up' end;
  end if;

  insert into holdfast.share_grants as g (id, link_id, subject, holder, expires_at, created_at)
  values (holdfast.uuid7(), of_link, of_subject, of_holder, until, at)
  on conflict (link_id, subject, holder) do update
    set expires_at = excluded.expires_at, created_at = excluded.created_at, completed_at = null
    where g.expires_at <= at;
  if found then return 'granted'; end if;
  update holdfast.share_previews set previews = previews - 1 where link_id = of_link and file_id = of_file;
  return 'covered';
end
$$;

-- Takes back a preview that showed nothing.
create function holdfast.refund_preview(of_link uuid, of_file uuid, of_holder bytea) returns void language sql as $$
  with gone as (
    delete from holdfast.share_grants
    where link_id = of_link and subject = 'preview:' || of_file and holder = of_holder and completed_at is null returning link_id
  )
  update holdfast.share_previews set previews = greatest(0, previews - 1)
  where link_id in (select link_id from gone) and file_id = of_file
$$;

alter table holdfast.share_accesses drop constraint share_accesses_action_check;
alter table holdfast.share_accesses add constraint share_accesses_action_check
  check (action in ('view', 'unlock', 'preview', 'download', 'archive', 'upload')) not valid;
alter table holdfast.share_accesses validate constraint share_accesses_action_check;
