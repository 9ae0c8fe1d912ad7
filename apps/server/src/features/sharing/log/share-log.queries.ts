import { statement } from "../../../platform/database/statement.ts";

/** Adds to the counts of links. Their rows are locked in the order of their ids: two nodes that flush at once never wait for each other in a circle. */
export const addCounts = statement<
  [linkId: string[], views: number[], downloads: number[], lastAt: Date[]],
  { user_id: string; file_id: string }
>(
  `with c as (
     select * from unnest($1::uuid[], $2::bigint[], $3::int[], $4::timestamptz[]) as c (id, views, downloads, last_at)
   ), locked as (
     select l.id from holdfast.sharing_links l where l.id = any($1::uuid[]) order by l.id for no key update
   )
   update holdfast.sharing_links l set
     access_count = l.access_count + c.views,
     download_count = l.download_count + case when l.max_downloads is null then c.downloads else 0 end,
     last_access_at = greatest(l.last_access_at, c.last_at)
   from c join locked using (id) where l.id = c.id
   returning l.user_id, l.file_id`,
);

type SentFiles = [
  id: string[],
  linkId: string[],
  occurredAt: Date[],
  address: (string | null)[],
  userAgent: (string | null)[],
  action: string[],
  outcome: string[],
  fileId: (string | null)[],
  fileName: (string | null)[],
  senderName: (string | null)[],
  senderMessage: (string | null)[],
];

/** Files that were sent to links that are still there. */
export const insertSentFiles = statement<SentFiles>(
  `insert into holdfast.share_accesses (id, link_id, occurred_at, address, user_agent, action, outcome, file_id, file_name, sender_name, sender_message)
   select r.* from unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::text[], $5::text[], $6::text[], $7::text[], $8::uuid[], $9::text[],
     $10::text[], $11::text[])
     as r (id, link_id, occurred_at, address, user_agent, action, outcome, file_id, file_name, sender_name, sender_message)
   where exists (select from holdfast.sharing_links l where l.id = r.link_id)`,
);

type Accesses = [
  id: string[],
  linkId: string[],
  firstAt: Date[],
  lastAt: Date[],
  times: number[],
  address: (string | null)[],
  userAgent: (string | null)[],
  action: string[],
  outcome: string[],
  fileId: (string | null)[],
  fileName: (string | null)[],
];

/** Adds to the rows of what is alike. To be given in the order of the links' ids, in which their rows are locked. */
export const recordAccesses = statement<Accesses, { record_share_access: unknown }>(
  `select holdfast.record_share_access(r.id, r.link_id, r.first_at, r.last_at, r.times, r.address, r.user_agent, r.action, r.outcome,
     r.file_id, r.file_name)
   from unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::timestamptz[], $5::int[], $6::text[], $7::text[], $8::text[], $9::text[],
     $10::uuid[], $11::text[])
     as r (id, link_id, first_at, last_at, times, address, user_agent, action, outcome, file_id, file_name)`,
);
