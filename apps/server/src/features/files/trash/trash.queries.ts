import type { Queryable } from "../../../platform/database/database.ts";
import { statement, statementFamily } from "../../../platform/database/statement.ts";
import { holdsRestricted, roleMay } from "../../access/index.ts";
import type { FileViewRow } from "../file-view.ts";
import { escapeLike, viewColumns } from "../files.queries.ts";

export const trashFile = statement<[id: string, by: string]>(
  `update holdfast.files set trashed_at = now(), trashed_by = $2, revision = revision + 1
   where id = $1 and trashed_at is null and purged_at is null`,
);

/** Of these, what is live and the principal may delete. */
export const trashFiles = statement<
  [ids: readonly string[], principalId: string],
  { id: string; space_id: string; parent_id: string | null; name: string }
>(
  `update holdfast.files set trashed_at = now(), trashed_by = $2, revision = revision + 1
   where id in (select a.file_id from holdfast.access_to($2, $1) a where ${roleMay("delete")}) and parent_id is not null
     and trashed_at is null and purged_at is null and holdfast.standing(id) = 'live' and not ${holdsRestricted("files.id", "$2")}
   returning id, space_id, parent_id, name`,
);

export const markPurged = statement<[id: string]>(
  "update holdfast.files set purged_at = now() where id = $1 and purged_at is null",
);

/** Up to so many of what was thrown away by then. Of a space that `accessTrash` has judged. */
export const emptyTrash = statement<[spaceId: string, before: Date, atMost: number]>(
  `update holdfast.files set purged_at = now() where id in (
     select id from holdfast.files where space_id = $1 and trashed_at <= $2 and trashed_at is not null and purged_at is null limit $3
   ) and trashed_at is not null and purged_at is null`,
);

/** Up to so many of what has been in the trash for `$1` days, by the clock that it was put there by. */
export const markExpired = statement<[days: number, atMost: number]>(
  `update holdfast.files set purged_at = now() where id in (
     select id from holdfast.files where trashed_at < now() - make_interval(days => $1) and purged_at is null limit $2
   ) and trashed_at is not null and purged_at is null`,
);

/** A millisecond later: a `Date` has no microseconds. */
export const now = statement<[], { now: Date }>("select clock_timestamp() + interval '1 millisecond' as now");

export const isLive = statement<[id: string | null], { live: boolean | null }>("select holdfast.is_live($1) as live");

export const restoreFile = statement<[id: string, parentId: string, name: string]>(
  `update holdfast.files set trashed_at = null, trashed_by = null, parent_id = $2, name = $3, revision = revision + 1
   where id = $1 and purged_at is null`,
);

export const lockTrashedFolder = statement<
  [id: string, principalId: string],
  { parent_id: string | null; name: string; trashed_at: Date }
>(
  `select f.parent_id, f.name, f.trashed_at from holdfast.access_to($2, array[$1]::uuid[]) a join holdfast.files f on f.id = a.file_id
   where ${roleMay("restore")} and f.kind = 'folder' and f.trashed_at is not null and f.purged_at is null for update of f`,
  { notNull: ["trashed_at"] },
);

/** What is in a folder goes to the trash by itself, as of when the folder did. */
export const trashChildren = statement<[folderId: string, trashedAt: Date]>(
  `update holdfast.files set trashed_at = $2, trashed_by = null, revision = revision + 1
   where parent_id = $1 and trashed_at is null and purged_at is null`,
);

export const takeFromTrash = statement<[id: string]>(
  "update holdfast.files set trashed_at = null, trashed_by = null, revision = revision + 1 where id = $1",
);

export type TrashRow = FileViewRow & {
  original_path: string;
  sort_key: string;
  trashed_by: string | null;
  trasher: string | null;
};
export type TrashSort = "trashed" | "name" | "size";

const sortColumns = {
  trashed: { expression: "f.trashed_at", type: "timestamptz", key: "to_json(f.trashed_at) #>> '{}'" },
  name: { expression: "f.name collate holdfast.natural", type: "text collate holdfast.natural", key: "f.name" },
  size: { expression: "f.file_size", type: "bigint", key: "f.file_size::text" },
} as const;

const trashSeen = `(f.space_id = $3 or not exists (select from holdfast.files s where s.space_id = $1 and not s.inherits)
         or exists (select from holdfast.access_to($3, array[f.id]) a where ${roleMay("restore")}))`;

interface Shape {
  sort: TrashSort;
  order: "asc" | "desc";
  filtered: boolean;
  after: boolean;
}

const shapes: Shape[] = (["trashed", "name", "size"] as const).flatMap((sort) =>
  (["asc", "desc"] as const).flatMap((order) =>
    [true, false].flatMap((filtered) => [true, false].map((after) => ({ sort, order, filtered, after }))),
  ),
);

/**
 * Of a space whose trash the principal sees. What lies below a folder that stops inheritance is asked for by itself, where the space has
 * such a folder.
 */
export const selectTrashed = statementFamily<Shape, unknown[], TrashRow>(shapes, ({ sort, order, filtered, after }) => {
  const { expression, type, key } = sortColumns[sort];
  let values = 3;
  const filter = filtered ? `and f.name ilike $${++values}` : "";
  const from = after
    ? `and (${expression}, f.id) ${order === "asc" ? ">" : "<"} ($${++values}::${type}, $${++values}::uuid)`
    : "";
  return {
    text: `select ${viewColumns}, holdfast.file_path(f.id) as original_path, ${key} as sort_key, f.trashed_by,
       (select coalesce(nullif(u.display_name, ''), u.email) from holdfast.users u where u.id = f.trashed_by) as trasher
     from holdfast.files f
     where f.space_id = $1 and f.trashed_at is not null and f.purged_at is null ${filter} ${from}
       and ${trashSeen}
     order by ${expression} ${order}, f.id ${order} limit $2`,
  };
});

export interface TrashOptions {
  spaceId: string;
  principalId: string;
  sort: TrashSort;
  order: "asc" | "desc";
  limit: number;
  after: { key: string; id: string } | null;
  /** Only names that contain this, whatever the case. */
  q?: string | undefined;
}

export function listTrashed(db: Queryable, options: TrashOptions): Promise<TrashRow[]> {
  const { spaceId, principalId, sort, order, limit, after, q } = options;
  return selectTrashed
    .of({ sort, order, filtered: Boolean(q), after: after !== null })
    .all(
      db,
      ...[spaceId, limit, principalId],
      ...(q ? [`%${escapeLike(q)}%`] : []),
      ...(after ? [after.key, after.id] : []),
    );
}
