import type { FileRole, GranteeType } from "@holdfast/contract";
import { statement } from "../../../platform/database/statement.ts";
import { grantCounts, maySee } from "../../access/index.ts";
import { nameOf } from "../people.queries.ts";

/** A grant as those see it who may see its file. */
export interface GrantRow {
  id: string;
  file_id: string;
  user_id: string | null;
  grantee_id: string;
  role: FileRole;
  created_at: Date;
  expires_at: Date | null;
  expired: boolean;
  user_name: string | null;
  user_email: string | null;
  group_name: string | null;
  members: number;
  giver_id: string | null;
  giver_name: string | null;
  /** How many folders above; 0: on the file itself. */
  depth: number;
  on_root: boolean;
  /** Of the folder that it is on; null where the asker may not see that. */
  folder_name: string | null;
}

/**
 * The grants that count on a file, the nearest first, and those on itself that have expired. The folder names are the asker's to see.
 * Nobody is listed who is gone.
 */
export const listGrantsOn = statement<[fileId: string, principalId: string, limit: number], GrantRow>(
  `with recursive up as (
     select f.id, f.parent_id, f.name, f.inherits, true as counts, 0 as depth from holdfast.files f where f.id = $1
     union all
     select f.id, f.parent_id, f.name, f.inherits, up.counts and up.inherits, up.depth + 1
     from up join holdfast.files f on f.id = up.parent_id
   ), found as (
     select g.*, up.depth, up.parent_id is null as on_root
     from up join holdfast.grants g on g.file_id = up.id left join holdfast.users u on u.id = g.user_id
     where (up.counts or (up.parent_id is null and g.role = 'manager')) and (up.depth = 0 or ${grantCounts()}) and u.deleted_at is null
     order by up.depth, g.id limit $3
   ), named as (select up.id, up.name from up where up.parent_id is not null and up.id in (select file_id from found) and ${maySee("up.id", "$2")})
   select g.id, g.file_id, g.user_id, g.grantee_id, g.role, g.created_at, g.expires_at, not ${grantCounts()} as expired,
     ${nameOf("u")} as user_name, u.email as user_email, gr.name as group_name,
     (select count(*)::int from holdfast.group_members m where m.group_id = g.group_id) as members,
     by.id as giver_id, ${nameOf("by")} as giver_name, g.depth, g.on_root, named.name as folder_name
   from found g left join holdfast.users u on u.id = g.user_id left join holdfast.groups gr on gr.id = g.group_id
   left join holdfast.users by on by.id = g.created_by and by.deleted_at is null left join named on named.id = g.file_id
   order by g.depth, g.id`,
);

/** Whose a space is, and whether a file in it inherits. */
export const findOwner = statement<
  [fileId: string],
  { kind: "personal" | "team"; id: string; name: string; inherits: boolean }
>(
  `select s.kind, s.id, coalesce(s.name, ${nameOf("u")}, '') as name, f.inherits from holdfast.files f
   join holdfast.spaces s on s.id = f.space_id left join holdfast.users u on u.id = s.id where f.id = $1`,
  { notNull: ["name"] },
);

/** A grant as a change finds it. */
export interface FoundGrant {
  id: string;
  file_id: string;
  space_id: string;
  user_id: string | null;
  group_id: string | null;
  role: FileRole;
  expires_at: Date | null;
}

const grantColumns = "g.id, g.file_id, g.space_id, g.user_id, g.group_id, g.role, g.expires_at";

export const findGrant = statement<[id: string], FoundGrant>(
  `select ${grantColumns} from holdfast.grants g where g.id = $1`,
);

export const findGrantOf = statement<[fileId: string, granteeId: string], FoundGrant>(
  `select ${grantColumns} from holdfast.grants g where g.file_id = $1 and g.grantee_id = $2`,
);

/** Changes of the grants on one file wait for each other; of a root, those of its space do. */
export const lockFile = statement<[fileId: string], { parent_id: string | null; space_id: string; kind: string }>(
  "select parent_id, space_id, kind from holdfast.files where id = $1 for no key update",
);

export const lockSpace = statement<[spaceId: string], { kind: "personal" | "team" }>(
  "select kind from holdfast.spaces where id = $1 for no key update",
);

export const countGrants = statement<[fileId: string], { number: number }>(
  "select count(*)::int as number from holdfast.grants where file_id = $1",
);

/** Somebody, or a group, that a role can be given to, and how they are called. */
export const findGrantee = statement<[type: GranteeType, id: string], { name: string }>(
  `select ${nameOf("u")} as name from holdfast.users u where $1::text = 'user' and u.id = $2 and u.deleted_at is null
   union all select gr.name from holdfast.groups gr where $1::text = 'group' and gr.id = $2`,
  { notNull: ["name"] },
);

type NewGrant = [
  id: string,
  fileId: string,
  userId: string | null,
  groupId: string | null,
  role: FileRole,
  createdBy: string,
  expiresAt: Date | null,
];
export const insertGrant = statement<NewGrant>(
  `insert into holdfast.grants (id, file_id, space_id, user_id, group_id, role, created_by, expires_at)
   select $1, f.id, f.space_id, $3, $4, $5, $6, $7 from holdfast.files f where f.id = $2`,
);

export const updateGrantRow = statement<[id: string, role: FileRole, expiresAt: Date | null]>(
  "update holdfast.grants set role = $2, expires_at = $3 where id = $1",
);

export const deleteGrantRow = statement<[id: string]>("delete from holdfast.grants where id = $1");

export const setInherits = statement<[fileId: string, inherits: boolean]>(
  "update holdfast.files set inherits = $2 where id = $1 and inherits <> $2",
);

/** Managers of a whole space who stay: with a grant that does not expire, as a person or as the member of a group. */
export const countManagers = statement<[spaceId: string], { number: number }>(
  `select count(*)::int as number from holdfast.grants g
   where g.file_id = $1 and g.role = 'manager' and g.expires_at is null and (
     exists (select from holdfast.users u where u.id = g.user_id and u.deleted_at is null)
     or exists (select from holdfast.group_members m join holdfast.users u on u.id = m.user_id
       where m.group_id = g.group_id and u.deleted_at is null))`,
);

/** So many of a group are notified and their pages told. */
export const listToldMembers = statement<[groupId: string, most: number], { user_id: string }>(
  "select user_id from holdfast.group_members where group_id = $1 order by user_id limit $2",
);

/** What is called how where a change is noted, and by whom it is done. */
export const findNames = statement<[fileId: string, actorId: string], { file: string; actor: string }>(
  `select coalesce(nullif(f.name, ''), s.name, '') as file, ${nameOf("u")} as actor
   from holdfast.files f join holdfast.spaces s on s.id = f.space_id join holdfast.users u on u.id = $2 where f.id = $1`,
  { notNull: ["file", "actor"] },
);

export const deleteExpiredGrants = statement<[days: number]>(
  "delete from holdfast.grants where expires_at < now() - make_interval(days => $1)",
);
