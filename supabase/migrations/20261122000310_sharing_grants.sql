-- Charges a link with a limit for one download, exactly once for one holder of one subject: 'covered' by a grant that is there already,
-- 'charged' with a new one, or 'exhausted'. The link's row is the queue that simultaneous downloads wait in.
create function holdfast.grant_download(of_link uuid, of_subject text, of_holder bytea, at timestamptz) returns text
language plpgsql as $$
declare
  until timestamptz := at + interval '1 hour';
begin
  update holdfast.share_grants g set expires_at = least(until, g.created_at + interval '7 days')
  where g.link_id = of_link and g.subject = of_subject and g.holder = of_holder and g.expires_at > at;
  if found then return 'covered'; end if;

  update holdfast.sharing_links l set download_count = l.download_count + 1
  where l.id = of_link and l.download_count < l.max_downloads;
  if not found then
    -- Whoever made us wait may have been the same holder.
    perform from holdfast.share_grants g
    where g.link_id = of_link and g.subject = of_subject and g.holder = of_holder and g.expires_at > at;
    return case when found then 'covered' else 'exhausted' end;
  end if;

  insert into holdfast.share_grants as g (id, link_id, subject, holder, expires_at, created_at)
  values (holdfast.uuid7(), of_link, of_subject, of_holder, until, at)
  on conflict (link_id, subject, holder) do update
    set expires_at = excluded.expires_at, created_at = excluded.created_at, completed_at = null
    where g.expires_at <= at;
  if found then return 'charged'; end if;
  update holdfast.sharing_links l set download_count = l.download_count - 1 where l.id = of_link;
  return 'covered';
end
$$;

-- Takes back a charge whose download never began.
create function holdfast.refund_download(of_link uuid, of_subject text, of_holder bytea) returns void language sql as $$
  with gone as (
    delete from holdfast.share_grants
    where link_id = of_link and subject = of_subject and holder = of_holder and completed_at is null returning link_id
  )
  update holdfast.sharing_links set download_count = greatest(0, download_count - 1) where id in (select link_id from gone)
$$;

-- Of all links, revoked ones too: deleting a file asks for its links, and so does their owner.
drop index holdfast.sharing_links_file;
create index sharing_links_file on holdfast.sharing_links (file_id, id desc);
