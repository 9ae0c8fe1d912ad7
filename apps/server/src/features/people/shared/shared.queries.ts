import type { FileRole } from "@holdfast/contract";
import { statement } from "../../../platform/database/statement.ts";
import { grantCounts, maySee } from "../../access/index.ts";
import { type FileViewRow, viewColumns } from "../../files/index.ts";
import { nameOf } from "../people.queries.ts";

export interface SharedRow extends FileViewRow {
  /** The newest grant: where a page stopped. */
  at_grant: string;
  role: FileRole;
  owner_kind: "personal" | "team";
  owner_name: string;
  giver_id: string | null;
  giver_name: string | null;
  given_at: Date;
  expires_at: Date | null;
  own_grant: string | null;
  hidden: boolean;
}

type Page = [userId: string, beforeGrant: string | null, hidden: boolean, limit: number];

const mine = "g.grantee_id = any (holdfast.grantees_of($1))";

/**
 * What lies in others' spaces and was given to somebody or their groups, by the newest grant on each, without what lies in a folder that they
 * see anyway. Whole spaces of teams are not among it. Rows are judged one after the other until a page is full.
 */
export const listSharedFiles = statement<Page, SharedRow>(
  `select * from (
     select ${viewColumns}, g.id as at_grant, a.role, s.kind as owner_kind, coalesce(s.name, ${nameOf("o")}, '') as owner_name,
       by.id as giver_id, ${nameOf("by")} as giver_name, g.created_at as given_at,
       (select case when bool_or(e.expires_at is null) then null else max(e.expires_at) end from holdfast.grants e
        where e.file_id = f.id and e.grantee_id = any (holdfast.grantees_of($1)) and ${grantCounts("e")}) as expires_at,
       (select p.id from holdfast.grants p where p.file_id = f.id and p.user_id = $1) as own_grant,
       exists (select from holdfast.shared_hidden h where h.user_id = $1 and h.file_id = f.id) as hidden
     from (select g.* from holdfast.grants g where ${mine} and ${grantCounts()} and g.space_id <> $1 and ($2::uuid is null or g.id < $2)
       order by g.id desc offset 0) g
     join holdfast.files f on f.id = g.file_id join holdfast.spaces s on s.id = f.space_id left join holdfast.users o on o.id = s.id
     left join holdfast.users by on by.id = g.created_by and by.deleted_at is null
     cross join lateral (select a.role from holdfast.access_to($1, array[f.id]) a) a
     where f.parent_id is not null and o.deleted_at is null
       and exists (select from holdfast.shared_hidden h where h.user_id = $1 and h.file_id = f.id) = $3
       and not exists (select from holdfast.grants n where n.file_id = g.file_id and n.id > g.id
         and n.grantee_id = any (holdfast.grantees_of($1)) and ${grantCounts("n")})
       and holdfast.is_live(f.id) and not ${maySee("f.parent_id", "$1")}
     order by g.id desc
   ) shared limit $4`,
  { notNull: ["owner_name", "hidden", "user_id", "link_count"] },
);

/** Something that was given to somebody or a group of theirs, and is live. */
const given = `select f.id from holdfast.files f where f.id = $2 and f.space_id <> $1 and f.parent_id is not null and holdfast.is_live(f.id)
  and exists (select from holdfast.grants g where g.file_id = f.id and ${mine} and ${grantCounts()})`;

export const findGiven = statement<[userId: string, fileId: string], { id: string }>(given);

export const insertHidden = statement<[userId: string, fileId: string]>(
  "insert into holdfast.shared_hidden (user_id, file_id) values ($1, $2) on conflict do nothing",
);

export const deleteHidden = statement<[userId: string, fileId: string]>(
  "delete from holdfast.shared_hidden where user_id = $1 and file_id = $2",
);
