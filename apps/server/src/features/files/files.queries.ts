import type pg from "pg";
import { execute, type Queryable } from "../../platform/database/database.ts";
import { liveFolder } from "../access/index.ts";
import type { FileViewRow } from "./file-view.ts";
import { asText, fileAsText, linkCount, type TextRow, textToFile } from "./listing/text-rows.ts";

/** The columns of FileViewRow, for a `holdfast.files f`. Only scalar sub-queries: the order of rows stays as it was. */
export const viewColumns = `f.id, f.user_id, f.parent_id, f.name, f.kind, f.file_type, f.file_size, f.revision, f.uploaded_at,
  f.last_modified, f.trashed_at,
  (select c.sha256 from holdfast.contents c where c.id = f.content_id) as sha256, ${linkCount} as link_count`;

export type Sort = "name" | "size" | "modified";

const sortColumns = {
  name: { expression: "f.name collate holdfast.natural", type: "text" },
  size: { expression: "f.file_size", type: "bigint" },
  modified: { expression: "f.last_modified", type: "timestamptz" },
} as const;

export interface ListPosition {
  kind: "file" | "folder";
  key: string;
  id: string;
}

export interface ListOptions {
  parentId: string;
  sort: Sort;
  order: "asc" | "desc";
  limit: number;
  after: ListPosition | null;
  /** Only names that contain this, whatever the case. */
  filter?: string | undefined;
  /** Nothing where the folder is not this person's, or not live; null where that was judged before. */
  forUser: string | null;
}

/**
 * A folder's children, folders first, by keyset. Two scans of one index, one a kind, so that a page costs the same wherever it
 * lies and however many children there are. The hottest query there is: prepared by name, its rows read as the texts they are.
 */
export async function listChildren(pool: pg.Pool, options: ListOptions): Promise<TextRow[]> {
  const { expression, type } = sortColumns[options.sort];
  const direction = options.order === "asc" ? "asc" : "desc";
  const compare = options.order === "asc" ? ">" : "<";
  const values: unknown[] = [options.parentId, options.limit];
  const filter = options.filter ? `and f.name ilike $${values.push(`%${escapeLike(options.filter)}%`)}` : "";
  const collate = options.sort === "name" ? " collate holdfast.natural" : "";
  const scan = (kind: "file" | "folder", after: ListPosition | null): string => {
    const from = after
      ? `and (${expression}, f.id) ${compare} ($${values.push(after.key)}::${type}${collate}, $${values.push(after.id)}::uuid)`
      : "";
    return `(select f.* from holdfast.files f
      where f.parent_id = $1 and f.kind = '${kind}' and f.trashed_at is null and f.purged_at is null ${filter} ${from}
      order by ${expression} ${direction}, f.id ${direction} limit $2)`;
  };
  const { after } = options;
  const judged = options.forUser === null ? "" : `where ${liveFolder("$1", `$${values.push(options.forUser)}`)}`;
  const scans =
    after?.kind === "file"
      ? scan("file", after)
      : `${scan("folder", after?.kind === "folder" ? after : null)} union all ${scan("file", null)}`;
  const { rows } = await pool.query<[string]>({
    // With a filter the plan depends on the words, so it is made each time.
    ...(options.filter
      ? {}
      : { name: `list-${options.sort}-${direction}-${after?.kind ?? "begin"}${judged && "-judged"}` }),
    text: `select ${fileAsText} from (select * from (${scans}) page limit $2) f ${judged}`,
    values,
    rowMode: "array",
    types: asText,
  });
  return rows.map(([text]) => textToFile(text, options.parentId));
}

export function escapeLike(text: string): string {
  return text.replace(/[\\%_]/g, "\\$&");
}

export async function findView(db: Queryable, id: string): Promise<FileViewRow | null> {
  const rows = await execute<FileViewRow>(db, `select ${viewColumns} from holdfast.files f where f.id = $1`, [id]);
  return rows[0] ?? null;
}

export interface Ancestor {
  id: string;
  name: string;
}

/** The folders above, outermost first, without the root. */
export function ancestorsOf(db: Queryable, id: string): Promise<Ancestor[]> {
  return execute<Ancestor>(db, "select id, name from holdfast.ancestors($1) order by depth desc", [id]);
}
