import { statement } from "../../../../platform/database/statement.ts";

/**
 * Refusals of a `holdfast.login_history h` from a network that the account had not signed in from before. Those of no account are of nobody's network;
 * so is a row that stands for many.
 */
const fromUnknown = `h.outcome in ('invalid_credentials', 'throttled') and not exists (
     select from holdfast.login_history k where k.user_id = h.user_id and k.outcome = 'success' and k.network = h.network
       and coalesce(k.first_at, k.occurred_at) < coalesce(h.first_at, h.occurred_at))`;

interface Guessing {
  refusals: number;
  accounts: number;
  networks: number;
  began: Date | null;
  last: Date | null;
}

export const countGuesses = statement<[since: Date], Guessing>(
  `select coalesce(sum(h.attempts), 0)::int as refusals, count(distinct h.user_id)::int as accounts, count(distinct h.network)::int as networks,
     min(coalesce(h.first_at, h.occurred_at)) as began, max(h.occurred_at) as last
   from holdfast.login_history h where h.occurred_at > $1 and ${fromUnknown}`,
);

/** Successes from a network that was new then, with what was refused from unknown networks in the hours before. */
export const listNewPlaces = statement<
  [since: Date, minutesBefore: number, hoursBefore: number],
  {
    user_id: string;
    email: string;
    role: "admin" | "user";
    ip: string | null;
    at: Date;
    new_device: boolean;
    refused_shortly: number;
    refused_lately: number;
    began: Date | null;
  }
>(
  `select s.user_id, u.email, u.role, coalesce(host(s.ip), s.network::text) as ip, s.occurred_at as at, s.new_device,
     r.refused_shortly, r.refused_lately, r.began
   from holdfast.login_history s join holdfast.users u on u.id = s.user_id cross join lateral (
     select coalesce(sum(h.attempts) filter (where h.occurred_at > s.occurred_at - make_interval(mins => $2)), 0)::int as refused_shortly,
       coalesce(sum(h.attempts), 0)::int as refused_lately, min(coalesce(h.first_at, h.occurred_at)) as began
     from holdfast.login_history h
     where h.user_id = s.user_id and h.occurred_at between s.occurred_at - make_interval(hours => $3) and s.occurred_at and ${fromUnknown}
   ) r
   where s.outcome = 'success' and s.new_network and s.network is not null and s.occurred_at > $1 and u.deleted_at is null`,
  { notNull: ["user_id"] },
);

/** Tokens that were used for the first time from a network, although they have stood still for days. */
export const listTokenNetworks = statement<
  [since: Date, establishedDays: number, mostNetworks: number],
  { token_id: string; name: string; user_id: string; email: string; network: string; at: Date }
>(
  `select t.id as token_id, t.name, t.user_id, u.email, n.network::text as network, n.first_seen_at as at
   from holdfast.token_networks n join holdfast.access_tokens t on t.id = n.token_id join holdfast.users u on u.id = t.user_id
   where n.first_seen_at > $1 and exists (
     select from holdfast.token_networks o where o.token_id = n.token_id and o.first_seen_at < n.first_seen_at - make_interval(days => $2))
     and (select count(*) from holdfast.token_networks o where o.token_id = n.token_id and o.first_seen_at < n.first_seen_at) <= $3`,
);

export const listGuessedLinks = statement<
  [since: Date, refusals: number],
  {
    link_id: string;
    user_id: string;
    email: string;
    label: string | null;
    refusals: number;
    networks: number;
    began: Date;
    last: Date;
  }
>(
  `select a.link_id, l.user_id, u.email, coalesce(l.label, f.name) as label, sum(a.times)::int as refusals,
     count(distinct a.address)::int as networks, min(coalesce(a.first_at, a.occurred_at)) as began, max(a.occurred_at) as last
   from holdfast.share_accesses a join holdfast.sharing_links l on l.id = a.link_id join holdfast.users u on u.id = l.user_id
   join holdfast.files f on f.id = l.file_id
   where a.occurred_at > $1 and a.action = 'unlock' and a.outcome = 'wrong_password'
   group by a.link_id, l.user_id, u.email, l.label, f.name having sum(a.times) >= $2`,
  { notNull: ["refusals", "began", "last"] },
);
