import { statementFamily } from "../../../platform/database/statement.ts";
import type { Sort } from "./list-children.queries.ts";
import { fileAsText } from "./text-rows.ts";

interface Shape {
  sort: Sort;
  order: "asc" | "desc";
}

const shapes = (["name", "size", "modified"] as const).flatMap((sort) =>
  (["asc", "desc"] as const).map((order): Shape => ({ sort, order })),
);

const keys = {
  name: ["f.name collate holdfast.natural", "text collate holdfast.natural"],
  size: ["f.file_size", "bigint"],
  modified: ["f.last_modified", "timestamptz"],
} as const;

type Values = [
  folderId: string,
  broughtBy: string,
  limit: number,
  pattern: string | null,
  afterKind: string | null,
  afterKey: string | null,
  afterId: string | null,
];

/** What one person brought into a folder, folders first, by keyset: all that an uploader sees of it. */
export const selectBrought = statementFamily<Shape, Values, [string]>(shapes, ({ sort, order }) => {
  const [key, type] = keys[sort];
  const compare = order === "asc" ? ">" : "<";
  return {
    text: `select ${fileAsText} from holdfast.files f
      where f.parent_id = $1 and f.user_id = $2 and f.inherits and f.trashed_at is null and f.purged_at is null and ($4::text is null or f.name ilike $4)
        and ($5::text is null or (f.kind = 'file' and $5 = 'folder')
          or (f.kind = $5 and (${key}, f.id) ${compare} ($6::text::${type}, $7::uuid)))
      order by f.kind = 'file', ${key} ${order}, f.id ${order} limit $3`,
    rowsAsText: true,
  };
});
