import { statement } from "../../../platform/database/statement.ts";

export interface GroupRow {
  id: string;
  name: string;
  description: string | null;
  external_name: string | null;
  members: number;
  created_at: Date;
}

/** Of `holdfast.groups g`. */
const columns = `g.id, g.name, g.description, g.external_name, g.created_at,
  (select count(*) from holdfast.group_members m where m.group_id = g.id)::int as members`;

/** By name, from behind `afterName` and `afterId`. `memberId`: only the groups that they are in; null: all. */
export const listGroupRows = statement<
  [memberId: string | null, pattern: string | null, afterName: string | null, afterId: string | null, limit: number],
  GroupRow & { sort_key: string }
>(
  `select ${columns}, lower(g.name) as sort_key from holdfast.groups g
   where ($1::uuid is null or g.id in (select group_id from holdfast.group_members where user_id = $1))
     and ($2::text is null or g.name ilike $2)
     and ($3::text is null or (lower(g.name), g.id) > ($3, $4::uuid))
   order by lower(g.name), g.id limit $5`,
);

/** `memberId`: where they are in it; null: in any case. */
export const findGroup = statement<[id: string, memberId: string | null], GroupRow>(
  `select ${columns} from holdfast.groups g
   where g.id = $1 and ($2::uuid is null or exists (select from holdfast.group_members where group_id = $1 and user_id = $2))`,
);

/** What is counted before something is added: one transaction at a time, until it ends. */
export const lockGroups = statement<[], { pg_advisory_xact_lock: unknown }>(
  "select pg_advisory_xact_lock(hashtextextended('holdfast groups', 0))",
);

export const countGroups = statement<[], { count: number }>("select count(*)::int as count from holdfast.groups");

export const insertGroup = statement<
  [id: string, name: string, description: string | null, externalName: string | null, createdBy: string | null]
>("insert into holdfast.groups (id, name, description, external_name, created_by) values ($1, $2, $3, $4, $5)");

export const updateGroup = statement<
  [id: string, name: string, description: string | null, externalName: string | null]
>("update holdfast.groups set name = $2, description = $3, external_name = $4 where id = $1");

export const deleteGroup = statement<[id: string], { name: string }>(
  "delete from holdfast.groups where id = $1 returning name",
);

export interface MemberRow {
  user_id: string;
  email: string;
  display_name: string | null;
  from_claim: boolean;
  added_at: Date;
}

const memberColumns = "m.user_id, u.email, u.display_name, m.from_claim, m.added_at";

/** By email address, from behind `afterEmail` and `afterId`; `pattern` is for address or display name. */
export const listMemberRows = statement<
  [groupId: string, pattern: string | null, afterEmail: string | null, afterId: string | null, limit: number],
  MemberRow & { sort_key: string }
>(
  `select ${memberColumns}, lower(u.email) as sort_key
   from holdfast.group_members m join holdfast.users u on u.id = m.user_id
   where m.group_id = $1 and u.deleted_at is null and ($2::text is null or u.email ilike $2 or u.display_name ilike $2)
     and ($3::text is null or (lower(u.email), u.id) > ($3, $4::uuid))
   order by lower(u.email), u.id limit $5`,
);

export const findMember = statement<[groupId: string, userId: string], MemberRow>(
  `select ${memberColumns} from holdfast.group_members m join holdfast.users u on u.id = m.user_id
   where m.group_id = $1 and m.user_id = $2`,
);

/** Somebody with an account, with how many groups they are in and how many members the group has. */
export const findCandidate = statement<
  [groupId: string, userId: string],
  { email: string; groups: number; members: number }
>(
  `select u.email, (select count(*) from holdfast.group_members where user_id = u.id)::int as groups,
     (select count(*) from holdfast.group_members where group_id = $1)::int as members
   from holdfast.users u where u.id = $2 and u.deleted_at is null`,
);

/** By an administrator's hand, also where a claim had done it: from now on it stays. @returns none where it was so already */
export const addMember = statement<[groupId: string, userId: string]>(
  `insert into holdfast.group_members as m (group_id, user_id) values ($1, $2)
   on conflict (user_id, group_id) do update set from_claim = false where m.from_claim`,
);

export const removeMember = statement<[groupId: string, userId: string]>(
  "delete from holdfast.group_members where group_id = $1 and user_id = $2",
);
