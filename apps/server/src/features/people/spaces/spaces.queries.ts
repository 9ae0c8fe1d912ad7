import type { FileRole } from "@holdfast/contract";
import { statement } from "../../../platform/database/statement.ts";
import { grantCounts } from "../../access/index.ts";
import { canSignIn } from "../people.queries.ts";

export interface SpaceRow {
  id: string;
  name: string;
  role: FileRole | null;
  quota_bytes: number | null;
  used_bytes: number;
  members: number;
  has_manager: boolean;
  created_at: Date;
  archived_at: Date | null;
  deleted_at: Date | null;
}

/** Grants on the root of `holdfast.spaces s` that hold. */
const grants = `holdfast.grants g where g.file_id = s.id and ${grantCounts()}`;

/** Of `holdfast.spaces s`, for a principal. */
const columns = (principal: string) => `s.id, s.name, holdfast.member_role(s.id, ${principal}) as role, s.quota_bytes,
  greatest(0, holdfast.used_bytes(s.id))::bigint as used_bytes, s.created_at, s.archived_at, s.deleted_at,
  (select count(*) from ${grants})::int as members,
  exists (select from ${grants} and g.role = 'manager' and exists (
    select from holdfast.users u where ${canSignIn("u")} and (u.id = g.user_id
      or u.id in (select m.user_id from holdfast.group_members m where m.group_id = g.group_id)))) as has_manager`;

/** Managers see a team that was deleted, and can bring it back. */
const seen = (
  principal: string,
) => `exists (select from ${grants} and g.grantee_id = any (holdfast.grantees_of(${principal})))
  and (s.deleted_at is null or holdfast.member_role(s.id, ${principal}) = 'manager')`;

/** By name, from behind `afterName` and `afterId`. */
export const listSpaceRows = statement<
  [
    principalId: string,
    all: boolean,
    pattern: string | null,
    afterName: string | null,
    afterId: string | null,
    limit: number,
  ],
  SpaceRow & { sort_key: string }
>(
  `select ${columns("$1")}, lower(s.name) as sort_key from holdfast.spaces s
   where s.kind = 'team'
     and ($2::boolean or (s.id in (select g.file_id from holdfast.grants g where g.grantee_id = any (holdfast.grantees_of($1))) and ${seen("$1")}))
     and ($3::text is null or s.name ilike $3)
     and ($4::text is null or (lower(s.name), s.id) > ($4, $5::uuid))
   order by lower(s.name), s.id limit $6`,
  { notNull: ["name", "sort_key"] },
);

/** Where they are a member, or `all` is said. */
export const findSpace = statement<[id: string, principalId: string, all: boolean], SpaceRow>(
  `select ${columns("$2")} from holdfast.spaces s
   where s.id = $1 and s.kind = 'team' and ($3::boolean or ${seen("$2")})`,
  { notNull: ["name"] },
);

/** Against two who change it at a time. Not `for update`: whoever adds a file holds a key share of the row. */
export const lockSpace = statement<[id: string]>("select from holdfast.spaces where id = $1 for no key update");

/** What is counted before a team is made: one transaction at a time, until it ends. */
export const lockTeams = statement<[], { pg_advisory_xact_lock: unknown }>(
  "select pg_advisory_xact_lock(hashtextextended('holdfast teams', 0))",
);

export const countTeams = statement<[userId: string | null], { all: number; made: number }>(
  `select count(*)::int as all, count(*) filter (where created_by = $1)::int as made from holdfast.spaces where kind = 'team'`,
);

export const isInGroupNamed = statement<[userId: string, name: string], { found: boolean }>(
  `select exists (select from holdfast.group_members m join holdfast.groups g on g.id = m.group_id
     where m.user_id = $1 and lower(g.name) = lower($2)) as found`,
);

/** With its root folder. */
export const insertTeam = statement<[id: string, name: string, quota: number | null, createdBy: string]>(
  `with made as (
     insert into holdfast.spaces (id, kind, name, quota_bytes, created_by) values ($1, 'team', $2, $3, $4) returning id
   ) insert into holdfast.files (id, space_id, parent_id, name, kind) select id, id, null, '', 'folder' from made`,
);

/** Somebody who can sign in becomes manager of all that is in it. @returns none for nobody */
export const makeManager = statement<[grantId: string, spaceId: string, userId: string, by: string | null]>(
  `insert into holdfast.grants (id, file_id, space_id, user_id, role, created_by)
   select $1, $2, $2, u.id, 'manager', $4 from holdfast.users u where u.id = $3 and ${canSignIn("u")}
   on conflict (file_id, grantee_id) do update set role = 'manager', expires_at = null`,
);

export const updateTeam = statement<[id: string, name: string, quota: number | null, archived: boolean]>(
  `update holdfast.spaces set name = $2, quota_bytes = $3,
     archived_at = case when not $4 then null else coalesce(archived_at, now()) end
   where id = $1 and kind = 'team'`,
);

export const deleteTeam = statement<[id: string, by: string | null]>(
  "update holdfast.spaces set deleted_at = now(), deleted_by = $2 where id = $1 and kind = 'team' and deleted_at is null",
);

/** Only within the grace: after it a job may be removing what is in it already. */
export const restoreTeam = statement<[id: string, days: number]>(
  `update holdfast.spaces set deleted_at = null, deleted_by = null
   where id = $1 and kind = 'team' and deleted_at >= now() - make_interval(days => $2)`,
);

export interface SpaceMemberRow {
  type: "user" | "group";
  id: string;
  name: string;
  email: string | null;
  role: FileRole;
  created_at: Date;
  expires_at: Date | null;
  sort_key: string;
}

export const listMemberRows = statement<
  [spaceId: string, afterName: string | null, afterId: string | null, limit: number],
  SpaceMemberRow
>(
  `select found.type, found.id, found.name, found.email, found.role, found.created_at, found.expires_at, lower(found.name) as sort_key
   from (
     select case when g.user_id is null then 'group' else 'user' end as type, g.grantee_id as id,
       coalesce(nullif(u.display_name, ''), u.email, o.name, '') as name, u.email, g.role, g.created_at, g.expires_at
     from holdfast.grants g left join holdfast.users u on u.id = g.user_id left join holdfast.groups o on o.id = g.group_id
     where g.file_id = $1 and ${grantCounts()} and u.deleted_at is null
   ) found
   where ($2::text is null or (lower(found.name), found.id) > ($2, $3::uuid))
   order by lower(found.name), found.id limit $4`,
  { notNull: ["type", "name", "sort_key"] },
);

/** Teams whose grace is over, those of longest ago first. */
export const listOverdue = statement<[days: number], { id: string; name: string }>(
  `select id, name from holdfast.spaces where kind = 'team' and deleted_at < now() - make_interval(days => $1) order by deleted_at`,
  { notNull: ["name"] },
);

/** Nobody brings it back while it is removed. @returns none where somebody has */
export const claimOverdue = statement<[id: string, days: number], { id: string }>(
  `select id from holdfast.spaces where id = $1 and kind = 'team' and deleted_at < now() - make_interval(days => $2) for update`,
);

export const deleteTeamFiles = statement<[spaceId: string]>("delete from holdfast.files where space_id = $1");
export const deleteTeamUploads = statement<[spaceId: string]>("delete from holdfast.uploads where space_id = $1");
export const deleteTeamRow = statement<[id: string]>("delete from holdfast.spaces where id = $1 and kind = 'team'");
