-- The history of sign-ins says once what happens many times. What is alike (account, outcome, method, network; of successes the browser too)
-- within ten minutes is one row with a count. Of one account and window the first five rows name their networks, successes and refusals
-- apart; what is beyond shares a row without one. So no flood fills the disk or hides its victim's own sign-ins.
alter table holdfast.login_history
  add column attempts int not null default 1,
  add column first_at timestamptz, -- null: as occurred_at, which is the last one
  add column window_at timestamptz, -- null: from before there were windows
  add column network cidr, -- /24 or /48; null: not known, or many
  add column new_network boolean not null default false,
  add column new_device boolean not null default false;

-- An IPv4 address written as IPv6 is the IPv4 address.
create function holdfast.network_of(ip inet) returns cidr language sql immutable as $$
  select case
    when family(ip) = 4 then network(set_masklen(ip, 24))
    when ip << '::ffff:0:0/96'::inet then network(set_masklen('0.0.0.0'::inet + (ip - '::ffff:0:0'::inet), 24))
    else network(set_masklen(ip, 48)) end
$$;

-- What an installation has gathered: refusals by windows; who has no account is nobody's history.
with refused as (
  delete from holdfast.login_history where outcome <> 'success' returning *
)
insert into holdfast.login_history (id, user_id, email, occurred_at, first_at, window_at, attempts, ip, network, user_agent, method, outcome)
select (array_agg(id order by id desc))[1], user_id, (array_agg(email))[1], max(occurred_at), min(occurred_at),
  date_bin('10 minutes', occurred_at, 'epoch'), count(*), case when count(distinct ip) = 1 then (array_agg(ip))[1] end,
  holdfast.network_of(ip), case when count(distinct user_agent) = 1 then (array_agg(user_agent))[1] end, method, outcome
from refused where user_id is not null
group by user_id, date_bin('10 minutes', occurred_at, 'epoch'), outcome, method, holdfast.network_of(ip);

update holdfast.login_history set network = holdfast.network_of(ip) where window_at is null and ip is not null;

-- Which row something is counted in. Nobody's account stands for all that have none.
create unique index login_history_window on holdfast.login_history (
  coalesce(user_id, '00000000-0000-0000-0000-000000000000'), window_at, outcome, method, network,
  (case when outcome = 'success' then user_agent end)
) nulls not distinct where window_at is not null;

-- Notes one sign-in or refusal. Without a user's id it is the user's who has this address, if there is one.
-- Answers whether a success came from a network or a browser that the account's history does not know.
create function holdfast.record_login(
  of_id uuid, of_user uuid, of_email text, at timestamptz, from_ip inet, from_network cidr, agent text, by_method text, with_outcome text
) returns table (is_new_network boolean, is_new_device boolean) language plpgsql as $$
#variable_conflict use_column
declare
  nobody constant uuid := '00000000-0000-0000-0000-000000000000';
  who uuid := coalesce(
    (select id from holdfast.users where id = of_user),
    (select id from holdfast.users where of_user is null and lower(email) = lower(of_email) and deleted_at is null limit 1));
  at_window timestamptz := date_bin('10 minutes', at, 'epoch');
  success boolean := with_outcome = 'success';
  place cidr := from_network;
  address inet := from_ip;
  browser text := agent;
begin
  is_new_network := false;
  is_new_device := false;
  if success and who is not null and exists (select from holdfast.login_history where user_id = who and outcome = 'success') then
    is_new_network := not exists (
      select from holdfast.login_history where user_id = who and outcome = 'success' and network is not distinct from place);
    -- A browser stays what it is when its version changes.
    is_new_device := not exists (
      select from holdfast.login_history where user_id = who and outcome = 'success'
        and regexp_replace(user_agent, '[0-9]+([._][0-9]+)*', '', 'g')
          is not distinct from regexp_replace(agent, '[0-9]+([._][0-9]+)*', '', 'g'));
  end if;

  if not exists (
    select from holdfast.login_history where coalesce(user_id, nobody) = coalesce(who, nobody) and window_at = at_window
      and outcome = with_outcome and method = by_method and network is not distinct from place
      and (case when outcome = 'success' then user_agent end) is not distinct from case when success then agent end)
    and 5 <= (
      select count(*) from (
        select from holdfast.login_history where coalesce(user_id, nobody) = coalesce(who, nobody) and window_at = at_window
          and (outcome = 'success') = success limit 5) as rows)
  then
    place := null;
    address := null;
    browser := null;
  end if;

  insert into holdfast.login_history as h (id, user_id, email, occurred_at, first_at, window_at, ip, network, user_agent, method, outcome,
    new_network, new_device)
  values (of_id, who, case when who is not null then of_email end, at, at, at_window, address, place, browser, by_method, with_outcome,
    is_new_network, is_new_device)
  on conflict (coalesce(user_id, '00000000-0000-0000-0000-000000000000'), window_at, outcome, method, network,
    (case when outcome = 'success' then user_agent end)) where window_at is not null
  do update set
    attempts = h.attempts + 1,
    occurred_at = greatest(h.occurred_at, excluded.occurred_at),
    first_at = least(h.first_at, excluded.first_at),
    ip = case when h.ip = excluded.ip then h.ip end,
    user_agent = case when h.user_agent = excluded.user_agent then h.user_agent end,
    new_network = h.new_network or excluded.new_network,
    new_device = h.new_device or excluded.new_device;
  return next;
end
$$;
