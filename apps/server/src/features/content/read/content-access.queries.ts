import type { Answering } from "../../../platform/database/asked-together.ts";
import { statement } from "../../../platform/database/statement.ts";
import { roleSees } from "../../access/index.ts";
import { type ContentRow, contentColumns } from "../content.queries.ts";

/** Files that each principal may see, where they stand. Every download asks it. */
export const findContents = statement<
  [fileIds: string[], principalIds: string[]],
  ContentRow & Answering & { space_id: string }
>(
  `select w.nth::int, f.space_id, ${contentColumns}
   from unnest($1::uuid[], $2::uuid[]) with ordinality w (file_id, principal_id, nth)
   cross join lateral holdfast.access_to(w.principal_id, array[w.file_id]) a join holdfast.files f on f.id = a.file_id
   where f.parent_id is not null and ${roleSees("f.id")}`,
  { notNull: ["nth"] },
);

type VersionRow = Pick<ContentRow, "file_type" | "file_size" | "last_modified" | "content_id">;

/** One of a file's versions, the current one included. */
export const findVersion = statement<[versionId: string, fileId: string], VersionRow>(
  `select file_type, file_size, last_modified, content_id from holdfast.file_versions where id = $1 and file_id = $2
   union all
   select file_type, file_size, last_modified, content_id from holdfast.files where id = $2 and version_id = $1`,
);
