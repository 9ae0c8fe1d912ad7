import type { AccessRow, Role, Standing } from "./access.queries.ts";

/**
 * What somebody wants of a file or folder: `see` its name, its bytes or what lies in it (in the trash too, where one may restore it); `list` a live folder, of which an uploader sees what they brought; `copy`
 * what is live; `add` something to a live folder; `change` what is live; `restore` what is in the trash; `delete` wherever it is; `share` it
 * with others by a link.
 */
export type Intent = "see" | "list" | "copy" | "add" | "change" | "restore" | "delete" | "share";

/** The roles that may. Nothing else says so: SQL has the list from `roleMay`. */
const roles: Record<Intent, readonly Role[]> = {
  see: ["viewer", "contributor", "editor", "manager"],
  list: ["uploader", "viewer", "contributor", "editor", "manager"],
  copy: ["viewer", "contributor", "editor", "manager"],
  add: ["uploader", "contributor", "editor", "manager"],
  change: ["editor", "manager"],
  restore: ["editor", "manager"],
  delete: ["editor", "manager"],
  share: ["manager"],
};

/** Where a file must stand for it. What was thrown away is seen by those who could bring it back. */
const standings: Record<Intent, readonly Standing[]> = {
  see: ["live", "trashed"],
  list: ["live"],
  copy: ["live"],
  add: ["live"],
  change: ["live"],
  restore: ["trashed"],
  delete: ["live", "trashed"],
  share: ["live"],
};

/** What follows from a role and a standing: `unseen` is answered as what does not exist. */
export function judge(
  { role, standing, trashed_at }: Pick<AccessRow, "role" | "standing" | "trashed_at">,
  intent: Intent,
): "may" | "may not" | "unseen" {
  const unseen = standing === "trashed" && !roleAllows(role, "restore");
  // What lies in a folder of the trash comes back with the folder.
  if (intent === "restore" && trashed_at === null) return "unseen";
  if (unseen || !standings[intent].includes(standing)) return "unseen";
  return roleAllows(role, intent) ? "may" : "may not";
}

export function roleAllows(role: Role, intent: Intent): boolean {
  return roles[intent].includes(role);
}

/** SQL: whether a row `a` of `holdfast.access_to` may. */
export function roleMay(intent: Intent, a = "a"): string {
  return `${a}.role in (${list(roles[intent])})`;
}

/** SQL: whether a row `a` of `holdfast.access_to` may see the file where it stands, as `judge` says it. `id`: the file's column. */
export function roleSees(id: string, a = "a"): string {
  return `case holdfast.standing(${id}) when 'live' then ${roleMay("see", a)} when 'trashed' then ${roleMay("restore", a)} else false end`;
}

/** SQL: whether the principal may see a file that is live. Parameters: a column or placeholder of uuids. */
export function maySee(fileId: string, principalId: string): string {
  return `exists (select from holdfast.access_to(${principalId}, array[${fileId}]) a where ${roleMay("see")})`;
}

/**
 * SQL: the same of what lies in a folder that the principal sees, wherever that stands: only what stops inheritance is asked for, so that a
 * tree in which nothing does costs what it costs its owner. `child`: a row of `holdfast.files`.
 */
export function childSeen(child: string, principalId: string): string {
  return `(${child}.inherits or exists (select from holdfast.access_to(${principalId}, array[${child}.id]) a where ${roleSees(`${child}.id`)}))`;
}

/**
 * SQL: whether a folder holds, however deep and in the trash as well, what stops inheritance and the principal may not delete. Who takes the
 * folder away would take that along. The owner of a personal space may all of it. Parameters: columns or placeholders of uuids.
 */
export function holdsRestricted(folderId: string, principalId: string): string {
  return `exists (
    select from holdfast.files top join holdfast.files s on s.space_id = top.space_id and not s.inherits and s.purged_at is null
    where top.id = ${folderId} and top.kind = 'folder' and top.space_id <> ${principalId} and s.id <> top.id
      and holdfast.standing(s.id) <> 'gone' and exists (select from holdfast.ancestors(s.id) up where up.id = top.id)
      and not exists (select from holdfast.access_to(${principalId}, array[s.id]) a where ${roleMay("delete")}))`;
}

/** SQL: whether a grant counts: one that has expired does not, until a job removes it. `grant`: a row of `holdfast.grants`. */
export function grantCounts(grant = "g"): string {
  return `(${grant}.expires_at is null or ${grant}.expires_at > now())`;
}

function list(texts: readonly string[]): string {
  return texts.map((text) => `'${text}'`).join(", ");
}
