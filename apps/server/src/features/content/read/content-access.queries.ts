import { statement } from "../../../platform/database/statement.ts";
import { roleSees } from "../../access/index.ts";
import { type ContentRow, contentColumns } from "../content.queries.ts";

/** A file that the principal may see, where it stands. Every download asks it. */
export const findContent = statement<[fileId: string, principalId: string], ContentRow>(
  `select ${contentColumns}
   from holdfast.access_to($2, array[$1]::uuid[]) a join holdfast.files f on f.id = a.file_id
   where f.parent_id is not null and ${roleSees("f.id")}`,
  { name: "access-content" },
);

type VersionRow = Pick<ContentRow, "file_type" | "file_size" | "last_modified" | "content_id">;

/** One of a file's versions, the current one included. */
export const findVersion = statement<[versionId: string, fileId: string], VersionRow>(
  `select file_type, file_size, last_modified, content_id from holdfast.file_versions where id = $1 and file_id = $2
   union all
   select file_type, file_size, last_modified, content_id from holdfast.files where id = $2 and version_id = $1`,
);
