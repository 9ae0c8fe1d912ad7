import type { Queryable } from "../../../platform/database/database.ts";
import { statementFamily } from "../../../platform/database/statement.ts";
import { childSeen, liveFolder } from "../../access/index.ts";
import { escapeLike } from "../files.queries.ts";
import { fileAsText, type TextRow, textToFile } from "./text-rows.ts";

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
  /** Who sees it: what stops inheritance and is not theirs to see is left out. */
  principalId: string;
  /** Nothing where the principal may not see the folder, or it is not live. False where that was judged before. */
  judged: boolean;
}

/** What the text of the statement depends on. */
interface Shape {
  sort: Sort;
  order: "asc" | "desc";
  filtered: boolean;
  after: "file" | "folder" | null;
  judged: boolean;
}

const shapes: Shape[] = (["name", "size", "modified"] as const).flatMap((sort) =>
  (["asc", "desc"] as const).flatMap((order) =>
    [true, false].flatMap((filtered) =>
      (["file", "folder", null] as const).flatMap((after) =>
        [true, false].map((judged) => ({ sort, order, filtered, after, judged })),
      ),
    ),
  ),
);

/** Two scans of one index, one a kind, so that a page costs the same wherever it lies and however many children there are. */
export const selectChildren = statementFamily<Shape, unknown[], [string]>(shapes, (shape) => {
  const { expression, type } = sortColumns[shape.sort];
  const compare = shape.order === "asc" ? ">" : "<";
  let values = 3;
  const filter = shape.filtered ? `and f.name ilike $${++values}` : "";
  const collate = shape.sort === "name" ? " collate holdfast.natural" : "";
  const from = shape.after
    ? `and (${expression}, f.id) ${compare} ($${++values}::${type}${collate}, $${++values}::uuid)`
    : "";
  const scan = (kind: "file" | "folder"): string =>
    `(select f.* from holdfast.files f
      where f.parent_id = $1 and f.kind = '${kind}' and f.trashed_at is null and f.purged_at is null and ${childSeen("f", "$3")} ${filter} ${shape.after === kind ? from : ""}
      order by ${expression} ${shape.order}, f.id ${shape.order} limit $2)`;
  const judged = shape.judged ? `where ${liveFolder("$1", "$3")}` : "";
  const scans = shape.after === "file" ? scan("file") : `${scan("folder")} union all ${scan("file")}`;
  return {
    text: `select ${fileAsText} from (select * from (${scans}) page limit $2) f ${judged}`,
    rowsAsText: true,
    // With a filter the plan depends on the words, so it is made each time.
    ...(shape.filtered
      ? {}
      : { name: `list-${shape.sort}-${shape.order}-${shape.after ?? "begin"}${shape.judged ? "-judged" : ""}` }),
  };
});

/** A folder's children, folders first, by keyset. The hottest query there is. */
export async function listChildren(db: Queryable, options: ListOptions): Promise<TextRow[]> {
  const { parentId, sort, order, limit, after, filter, principalId, judged } = options;
  const statement = selectChildren.of({ sort, order, filtered: Boolean(filter), after: after?.kind ?? null, judged });
  const rows = await statement.all(
    db,
    ...[parentId, limit, principalId],
    ...(filter ? [`%${escapeLike(filter)}%`] : []),
    ...(after ? [after.key, after.id] : []),
  );
  return rows.map(([text]) => textToFile(text, parentId));
}
