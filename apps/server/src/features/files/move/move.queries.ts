import { statement } from "../../../platform/database/statement.ts";
import { grantCounts, roleMay } from "../../access/index.ts";

/** All that lies in a file or folder, in the trash and deleted for good as well, itself included, locked. */
export const lockAll = statement<[id: string, atMost: number], { id: string; level: number }>(
  `with recursive tree as (
     select f.id, f.kind, 1 as level from holdfast.files f where f.id = $1
     union all
     select c.id, c.kind, tree.level + 1 from tree cross join lateral (
       select c.id, c.kind from holdfast.files c where c.parent_id = tree.id offset 0
     ) c where tree.kind = 'folder'
   ), found as materialized (select id, case kind when 'folder' then level else 0 end as level from tree limit $2)
   select f.id, found.level from holdfast.files f join found on found.id = f.id order by f.id for update of f`,
);

interface Held {
  entries: number;
  folders: number;
  /** Of files and of their versions. */
  bytes: number;
  /** By uploads into these folders that are under way. */
  reserved: number;
}

export const measure = statement<[ids: readonly string[]], Held>(
  `select count(*)::int as entries, (count(*) filter (where kind = 'folder'))::int as folders,
     (coalesce(sum(file_size), 0) + coalesce((select sum(v.file_size) from holdfast.file_versions v where v.file_id = any($1)), 0))::bigint as bytes,
     coalesce((select sum(u.reserved_bytes) from holdfast.uploads u where u.parent_id = any($1) and u.file_id is null), 0)::bigint as reserved
   from holdfast.files where id = any($1)`,
);

/** The first of them gets its place and name, all of them their space. To it they are new: they came with this. */
export const changeSpace = statement<
  [ids: readonly string[], spaceId: string, topId: string, parentId: string, name: string]
>(
  `update holdfast.files f set space_id = $2, user_id = holdfast.brought_by(f.user_id, f.space_id, $2), created_at = now(),
     revision = f.revision + 1, parent_id = case f.id when $3 then $4 else f.parent_id end, name = case f.id when $3 then $5 else f.name end
   where f.id = any($1::uuid[])`,
);

export const moveUploads = statement<[ids: readonly string[], spaceId: string]>(
  "update holdfast.uploads set space_id = $2 where parent_id = any($1::uuid[]) and file_id is null",
);

/** What a rewind of the former space meant to do with them: they are another's now. */
export const forgetRewinds = statement<[ids: readonly string[]]>(
  "delete from holdfast.rewind_items where file_id = any($1::uuid[])",
);

export interface EndedGrant {
  id: string;
  file_name: string;
  grantee_name: string;
  role: string;
}

/** Grants on these themselves; those on folders above count no more anyway. */
export const endGrants = statement<[ids: readonly string[]], EndedGrant>(
  `with ended as (delete from holdfast.grants where file_id = any($1::uuid[]) returning *)
   select e.id, f.name as file_name, coalesce(u.display_name, u.email, g.name) as grantee_name, e.role
   from ended e join holdfast.files f on f.id = e.file_id left join holdfast.users u on u.id = e.user_id
   left join holdfast.groups g on g.id = e.group_id
   where ${grantCounts("e")} order by f.name, e.id`,
  { notNull: ["grantee_name"] },
);

export interface LivingLink {
  id: string;
  file_name: string;
  label: string | null;
  maker_id: string;
  maker_name: string;
}

/** Links to these whose makers may share them. */
export const listLinks = statement<[ids: readonly string[], atMost: number, now: Date], LivingLink>(
  `select l.id, f.name as file_name, l.label, l.user_id as maker_id, coalesce(u.display_name, u.email) as maker_name
   from holdfast.sharing_links l join holdfast.files f on f.id = l.file_id join holdfast.users u on u.id = l.user_id
   where l.file_id = any($1::uuid[]) and l.revoked_at is null and (l.expires_at is null or l.expires_at > $3)
     and exists (select from holdfast.access_to(l.user_id, array[l.file_id]) a where ${roleMay("share")})
   order by l.id limit $2`,
  { notNull: ["maker_name"] },
);
