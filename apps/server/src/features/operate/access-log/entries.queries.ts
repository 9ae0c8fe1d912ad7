import { statement, statementFamily } from "../../../platform/database/statement.ts";

/** What rows are found by before each is looked at: an index that gives them in order, newest first. */
export const walks = ["time", "actor", "target", "ip", "actions"] as const;
export type Walk = (typeof walks)[number];

/** The values of every statement here, in their order. */
export type Asked = [
  /** Ids and times between which rows lie. */
  beforeId: string,
  afterId: string,
  from: Date | string,
  to: Date | string,
  /** Filters; null: none. */
  actorId: string | null,
  targetId: string | null,
  network: string | null,
  actions: readonly string[] | null,
  outcome: string | null,
  /** Words: as a tsquery of the target's name, and the users and actions that they may mean besides. */
  words: string | null,
  users: readonly string[],
  named: readonly string[],
  limit: number,
  /** Rows that are looked at. */
  looked: number,
];

export interface EntryRow {
  id: string;
  occurred_at: Date;
  last_at: Date;
  times: number;
  log: string;
  actor_id: string | null;
  actor_name: string | null;
  actor_email: string | null;
  via: string | null;
  action: string;
  outcome: string;
  target_id: string | null;
  target_name: string | null;
  ip: string | null;
  user_agent: string | null;
  bytes: number | null;
  request_id: string | null;
  detail: Record<string, unknown> | null;
}

const bounds =
  "l.id < $1::uuid and l.id >= $2::uuid and l.occurred_at >= $3::timestamptz and l.occurred_at < $4::timestamptz";

const byWords =
  "(holdfast.log_words(l.target_name) @@ $10::tsquery or l.actor_id = any($11::uuid[]) or l.action = any($12::text[]))";
/** Where the user and the target are given otherwise. */
const ownFilters = `($7::inet is null or l.ip <<= $7) and ($8::text[] is null or l.action = any($8)) and ($9::text is null or l.outcome = $9)
  and ($10::text is null or ${byWords})`;
export const filters = `($5::uuid is null or l.actor_id = $5) and ($6::uuid is null or l.target_id = $6) and ${ownFilters}`;
/** So that PostgreSQL knows the types of values that a statement has no use for. */
const used = `($13::int is not null or ${filters})`;

const only: Record<Exclude<Walk, "actions">, string> = {
  time: "true",
  actor: "l.actor_id = $5",
  target: "l.target_id = $6",
  ip: "l.ip = $7",
};

/** The newest rows of a walk, in order: so many as may be looked at, and `each` of them. */
export function walked(walk: Walk, each = "$14::int"): string {
  if (walk !== "actions") {
    return `select l.* from holdfast.log_entries l where ${only[walk]} and ${bounds} order by l.id desc limit ${each}`;
  }
  return `select x.* from unnest($8::text[]) a (name) cross join lateral (
      select l.* from holdfast.log_entries l where l.action = a.name and ${bounds} order by l.id desc limit ${each}) x
    order by x.id desc limit ${each}`;
}

/** Of who is gone, the address that they had. */
export const actor = `left join holdfast.users u on u.id = l.actor_id
  left join lateral (select d.target_name from holdfast.audit_log d where u.id is null and d.target_id = l.actor_id and d.action = 'user.delete'
    order by d.id desc limit 1) gone on true`;

export const shownName = "coalesce(l.target_name, l.detail ->> 'name', l.detail ->> 'email', l.detail ->> 'to')";
const columns = `l.id, l.occurred_at, l.last_at, l.times, l.log, l.actor_id, u.display_name as actor_name,
  coalesce(u.email, gone.target_name) as actor_email, l.via, l.action, l.outcome, l.target_id, ${shownName} as target_name,
  host(l.ip) as ip, l.user_agent, l.bytes, l.request_id, l.detail`;
/** Filters that are not given fall away, and a rare address is found another way than a frequent one. */
export const planForValues = true;
const notNull = ["id", "occurred_at", "last_at", "times", "log", "action", "outcome"];

/** Of each of these, its newest rows that pass the filters: as many as a page has, among as many as may be looked at. */
function ofEach(each: string, found: string): string {
  return `${each} cross join lateral (
      select l.* from (select l.* from holdfast.log_entries l where ${found} and ${bounds} order by l.id desc limit $14::int) l
      where ${filters} order by l.id desc limit $13::int) x`;
}

function passing(walk: Walk): string {
  if (walk !== "actions")
    return `select l.* from (${walked(walk)}) l where ${filters} order by l.id desc limit $13::int`;
  return `select x.* from ${ofEach("unnest($8::text[]) a (name)", "l.action = a.name")} order by x.id desc limit $13::int`;
}

/** Rows that pass the filters among so many of a walk. */
export const listEntries = statementFamily<Walk, Asked, EntryRow>(walks, (walk) => ({
  notNull,
  planForValues,
  text: `select ${columns} from (${passing(walk)}) l ${actor} order by l.id desc`,
}));

/** The last row that a walk looks at, where there are so many. Takes the values of the walk. */
export const lastLooked = statementFamily<Walk, Asked, { id: string }>(walks, (walk) => ({
  notNull: ["id"],
  planForValues,
  text: `select l.id from (${walked(walk)}) l where ${used} order by l.id desc offset $14::int - 1 limit 1`,
}));

/** More items than this are not looked up one by one. */
export const mostNamed = 2_000;

/** How many items read have names with these words, up to one more than are looked up. */
export const countNamed = statement<[words: string], { number: number }>(
  `select count(*)::int as number from (
     select from holdfast.log_names where holdfast.log_words(name) @@ $1::tsquery limit ${mostNamed} + 1) n`,
  { notNull: ["number"] },
);

/** Changes whose name has the words, and reads of items that had such a name; and what the users and actions did that they mean. For words that few have. */
export const findByWords = statement<Asked, EntryRow>(
  `with changed as materialized (
     select l.id from holdfast.audit_log l where holdfast.log_words(l.target_name) @@ $10::tsquery and ${bounds}
   ), named as materialized (
     select distinct target_id as id from holdfast.log_names where holdfast.log_words(name) @@ $10::tsquery limit ${mostNamed}
   ), by_item as (
     select x.* from ${ofEach("named n", "l.target_id = n.id")}
   ), by_user as (
     select x.* from ${ofEach("unnest($11::uuid[]) a (id)", "l.actor_id = a.id")}
   ), by_action as (
     select x.* from ${ofEach("unnest($12::text[]) a (name)", "l.action = a.name")}
   ), every as (
     select l.* from holdfast.log_entries l where l.log = 'changes' and l.id in (select id from changed) and ${bounds}
     union all select * from by_item union all select * from by_user union all select * from by_action
   )
   select ${columns} from (select distinct on (l.id) l.* from every l where ${filters} order by l.id desc limit $13::int) l ${actor}
   order by l.id desc`,
  { notNull, planForValues },
);

/** Rows of a network, found by the index of addresses. A network that few rows are of. */
export const findByNetwork = statement<Asked, EntryRow>(
  `with found as materialized (
     select l.* from holdfast.log_entries l
     where l.ip >= network($7::inet)::inet and l.ip <= set_masklen(broadcast($7::inet), case family($7::inet) when 4 then 32 else 128 end)
       and ${bounds} and ${filters}
   )
   select ${columns} from (select l.* from found l where $14::int is not null order by l.id desc limit $13::int) l ${actor} order by l.id desc`,
  { notNull, planForValues },
);

/** What was refused names items of others, or says that they are there. */
const notRefused = "l.action not in ('access.refused', 'link.refused')";

/** What a user did, and what was done to their account. */
export const listOwn = statement<Asked, EntryRow>(
  `with own as (select l.* from (${walked("actor")}) l where ${notRefused} and ${ownFilters} order by l.id desc limit $13::int),
   done as (select l.* from (${walked("target")}) l where l.actor_id is distinct from $5 and ${ownFilters}
     order by l.id desc limit $13::int)
   select ${columns} from (select * from own union all select * from done order by id desc limit $13::int) l ${actor} order by l.id desc`,
  { notNull, planForValues },
);

/** Users that words may mean. */
export const findUsers = statement<[pattern: string], { id: string }>(
  `select id from holdfast.users where email ilike $1 or display_name ilike $1 order by id limit 20`,
);
