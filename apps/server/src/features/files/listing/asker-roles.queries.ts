import type { FileRole } from "@holdfast/contract";
import { statement } from "../../../platform/database/statement.ts";
import { grantCounts } from "../../access/index.ts";

/**
 * Of these, what grants on them or ended inheritance make different from what the folder's role says: what lies in a folder has its role
 * otherwise, so that a page of another's folder costs few walks up the tree.
 */
export const findOwnRoles = statement<
  [ids: readonly string[], principalId: string],
  { id: string; role: FileRole | null }
>(
  `select f.id, holdfast.granted_role(f.id, $2) as role from holdfast.files f
   where f.id = any($1::uuid[]) and (not f.inherits
     or exists (select from holdfast.grants g where g.file_id = f.id and g.grantee_id = any (holdfast.grantees_of($2))))`,
);

/** Whose a file is. */
export const findOwner = statement<[fileId: string], { kind: "personal" | "team"; id: string; name: string }>(
  `select s.kind, s.id, coalesce(s.name, nullif(u.display_name, ''), split_part(u.email, '@', 1), '') as name from holdfast.files f
   join holdfast.spaces s on s.id = f.space_id left join holdfast.users u on u.id = s.id where f.id = $1`,
  { notNull: ["name"] },
);

/** Whether somebody adds to this folder itself, not only to what lies in it: then its name is no news to them. */
export const findNamedTo = statement<[folderId: string, principalId: string], { named: boolean }>(
  `select f.user_id = $2 or exists (select from holdfast.grants g where g.file_id = f.id and g.grantee_id = any (holdfast.grantees_of($2))
     and ${grantCounts()}) as named from holdfast.files f where f.id = $1 and f.kind = 'folder'`,
);
