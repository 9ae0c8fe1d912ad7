-- The log of a link says once what happens many times: what is alike (action, outcome, network, file) within ten minutes is one row with a
-- count. Of one link, window, action and outcome, a network names ten files at most and fifty rows name their networks; what is beyond shares
-- a row without file or network. Files that were sent in stay rows of their own.
alter table holdfast.share_accesses
  add column times int not null default 1,
  add column first_at timestamptz, -- null: as occurred_at, which is the last one
  add column window_at timestamptz; -- null: a row of its own

create unique index share_accesses_window on holdfast.share_accesses (link_id, window_at, action, outcome, address, file_id)
  nulls not distinct where window_at is not null;

-- Adds accesses that are alike to the log of a link that is still there. Whoever calls it for several links does so in the order of their ids.
create function holdfast.record_share_access(
  of_id uuid, of_link uuid, from_at timestamptz, until_at timestamptz, how_often int, from_address text, agent text, by_action text,
  with_outcome text, of_file uuid, of_name text
) returns void language plpgsql as $$
declare
  at_window timestamptz := date_bin('10 minutes', until_at, 'epoch');
  place text := from_address;
  file uuid := of_file;
  name text := of_name;
begin
  -- One after another of each link, on all nodes.
  perform from holdfast.sharing_links where id = of_link for no key update;
  if not found then return; end if;

  if not exists (
    select from holdfast.share_accesses a where a.link_id = of_link and a.window_at = at_window and a.action = by_action
      and a.outcome = with_outcome and a.address is not distinct from place and a.file_id is not distinct from file)
  then
    if 10 <= (select count(*) from (
      select from holdfast.share_accesses a where a.link_id = of_link and a.window_at = at_window and a.action = by_action
        and a.outcome = with_outcome and a.address is not distinct from place limit 10) as rows)
    then
      file := null;
      name := null;
    end if;
    if 50 <= (select count(*) from (
      select from holdfast.share_accesses a where a.link_id = of_link and a.window_at = at_window and a.action = by_action
        and a.outcome = with_outcome limit 50) as rows)
    then
      place := null;
      file := null;
      name := null;
    end if;
  end if;

  insert into holdfast.share_accesses as a (id, link_id, occurred_at, first_at, window_at, times, address, user_agent, action, outcome, file_id,
    file_name)
  values (of_id, of_link, until_at, from_at, at_window, how_often, place, agent, by_action, with_outcome, file, name)
  on conflict (link_id, window_at, action, outcome, address, file_id) where window_at is not null
  do update set
    times = a.times + excluded.times,
    occurred_at = greatest(a.occurred_at, excluded.occurred_at),
    first_at = least(a.first_at, excluded.first_at),
    user_agent = case when a.user_agent = excluded.user_agent then a.user_agent end;
end
$$;
