import { statement } from "../../platform/database/statement.ts";

/** A file or folder as the tree has it. */
export interface FileRow {
  id: string;
  user_id: string;
  parent_id: string | null;
  name: string;
  kind: "file" | "folder";
  file_type: string | null;
  file_size: number;
  content_id: string | null;
  version_id: string | null;
  revision: number;
  uploaded_at: Date;
  last_modified: Date;
  trashed_at: Date | null;
  purged_at: Date | null;
}

/** The columns of `FileRow`. */
export const fileColumns = `id, user_id, parent_id, name, kind, file_type, file_size, content_id, version_id, revision, uploaded_at, last_modified,
  trashed_at, purged_at`;

/** Prepared by name: nearly every request asks it. */
export const findFile = statement<[id: string, userId: string], FileRow & { standing: "live" | "trashed" | "gone" }>(
  `select ${fileColumns}, holdfast.standing(id) as standing from holdfast.files where id = $1 and user_id = $2 and parent_id is not null`,
  { name: "access-file" },
);
