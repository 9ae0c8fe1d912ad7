import { statement } from "../../../platform/database/statement.ts";

/** Of a token that is used from everywhere, the first so many networks are kept. */
const networksKept = 50;

export const noteNetwork = statement<[tokenId: string, network: string, now: Date]>(
  `insert into holdfast.token_networks as n (token_id, network, first_seen_at, last_seen_at)
   select t.id, $2::cidr, $3, $3 from holdfast.access_tokens t where t.id = $1
     and (exists (select from holdfast.token_networks k where k.token_id = $1 and k.network = $2::cidr)
       or (select count(*) from holdfast.token_networks k where k.token_id = $1) < ${networksKept})
   on conflict (token_id, network) do update set last_seen_at = greatest(n.last_seen_at, excluded.last_seen_at)`,
);

export const deleteOldNetworks = statement<[before: Date]>(
  "delete from holdfast.token_networks where last_seen_at < $1",
);
