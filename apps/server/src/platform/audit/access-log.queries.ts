import { statement } from "../database/statement.ts";

type Rows = [
  ids: string[],
  occurredAt: Date[],
  lastAt: Date[],
  times: number[],
  actorIds: (string | null)[],
  vias: (string | null)[],
  actions: string[],
  outcomes: string[],
  targetIds: (string | null)[],
  targetNames: (string | null)[],
  ips: (string | null)[],
  userAgents: (string | null)[],
  bytes: (number | null)[],
  requestIds: (string | null)[],
  details: (string | null)[],
  /** Of who tried to sign in: named where an account has it. */
  emails: (string | null)[],
  /** Where only the id is known: the target is named by it, and what no row has is no target. */
  unnamed: boolean[],
  /** Written only where the target is there and is another's. */
  ofOthers: boolean[],
];

/** Adds rows, and brings up to date those that are there: sent again, it changes nothing. */
export const writeAccesses = statement<Rows>(
  `insert into holdfast.access_log as a (id, occurred_at, last_at, times, actor_id, via, action, outcome, target_id, target_name, ip,
     user_agent, bytes, request_id, detail)
   select e.id, e.occurred_at, e.last_at, e.times, e.actor_id, e.via, e.action, e.outcome, coalesce(e.target_id, u.id),
     case when e.email is not null then u.email when e.unnamed then holdfast.log_name_of(e.target_id) else e.target_name end,
     e.ip, e.user_agent, e.bytes, e.request_id, e.detail
   from unnest($1::uuid[], $2::timestamptz[], $3::timestamptz[], $4::int[], $5::uuid[], $6::text[], $7::text[], $8::text[], $9::uuid[],
     $10::text[], $11::inet[], $12::text[], $13::bigint[], $14::text[], $15::jsonb[], $16::text[], $17::boolean[],
     $18::boolean[])
     as e (id, occurred_at, last_at, times, actor_id, via, action, outcome, target_id, target_name, ip, user_agent, bytes, request_id, detail,
       email, unnamed, of_others)
   left join lateral (
     select id, email from holdfast.users u where e.email is not null and lower(u.email) = lower(e.email) and u.deleted_at is null limit 1) u on true
   where not e.of_others or holdfast.is_anothers(e.target_id, e.actor_id)
   on conflict (id, occurred_at) do update set times = excluded.times, last_at = excluded.last_at, bytes = excluded.bytes`,
);

/** What items are called, for the search of words. Given in the order of their ids, so that two nodes do not wait for each other. */
export const noteNames = statement<[ids: string[], names: string[]]>(
  `insert into holdfast.log_names as n (target_id, name) select * from unnest($1::uuid[], $2::text[])
   on conflict (target_id, name) do update set noted_at = excluded.noted_at where n.noted_at < excluded.noted_at - interval '30 days'`,
);

/** What users downloaded, in the order of their ids. */
export const addDownloads = statement<
  [userIds: string[], at: Date, files: number[], bytes: number[]],
  { add_downloads: unknown }
>(
  `select holdfast.add_downloads(d.user_id, $2::timestamptz, d.files, d.bytes)
   from unnest($1::uuid[], $3::int[], $4::bigint[]) as d (user_id, files, bytes)`,
);
