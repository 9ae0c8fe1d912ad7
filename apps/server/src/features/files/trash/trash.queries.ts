import { execute, type Queryable } from "../../../platform/database/database.ts";
import type { FileViewRow } from "../file-view.ts";
import { escapeLike, viewColumns } from "../files.queries.ts";

export type TrashRow = FileViewRow & { original_path: string; sort_key: string };
export type TrashSort = "trashed" | "name" | "size";

const sortColumns = {
  trashed: { expression: "f.trashed_at", type: "timestamptz", key: "to_json(f.trashed_at) #>> '{}'" },
  name: { expression: "f.name collate holdfast.natural", type: "text collate holdfast.natural", key: "f.name" },
  size: { expression: "f.file_size", type: "bigint", key: "f.file_size::text" },
} as const;

export interface TrashOptions {
  userId: string;
  sort: TrashSort;
  order: "asc" | "desc";
  limit: number;
  after: { key: string; id: string } | null;
  /** Only names that contain this, whatever the case. */
  q?: string | undefined;
}

export function listTrashed(db: Queryable, options: TrashOptions): Promise<TrashRow[]> {
  const { expression, type, key } = sortColumns[options.sort];
  const [direction, compare] = options.order === "asc" ? ["asc", ">"] : ["desc", "<"];
  const values: unknown[] = [options.userId, options.limit];
  const filter = options.q ? `and f.name ilike $${values.push(`%${escapeLike(options.q)}%`)}` : "";
  const from = options.after
    ? `and (${expression}, f.id) ${compare} ($${values.push(options.after.key)}::${type}, $${values.push(options.after.id)}::uuid)`
    : "";
  return execute<TrashRow>(
    db,
    `select ${viewColumns}, holdfast.file_path(f.id) as original_path, ${key} as sort_key
     from holdfast.files f
     where f.user_id = $1 and f.trashed_at is not null and f.purged_at is null ${filter} ${from}
     order by ${expression} ${direction}, f.id ${direction} limit $2`,
    values,
  );
}
