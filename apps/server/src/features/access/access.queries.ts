import { statement } from "../../platform/database/statement.ts";
import { holdsRestricted } from "./intents.ts";

/** A file or folder as the tree has it. */
export interface FileRow {
  id: string;
  space_id: string;
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

/** The columns of `FileRow`, for a `holdfast.files f`. */
export const fileColumns = `f.id, f.space_id, f.parent_id, f.name, f.kind, f.file_type, f.file_size, f.content_id, f.version_id, f.revision,
  f.uploaded_at, f.last_modified, f.trashed_at, f.purged_at`;

/**
 * `uploader` adds to a folder and sees there only the files that they brought; `contributor` is a viewer and an uploader, also of two grants;
 * `editor` may all that those may, `manager` all that an editor may.
 */
export type Role = "uploader" | "viewer" | "contributor" | "editor" | "manager";

/** Where a file stands: in the trash where it or a folder above it is, gone where one of them was deleted for good. */
export type Standing = "live" | "trashed" | "gone";

export interface AccessRow extends FileRow {
  role: Role;
  standing: Standing;
}

/** Of these, the files and folders that the principal has a role on, roots included. Prepared by name: nearly every request asks it. */
export const findAccess = statement<[ids: readonly string[], principalId: string], AccessRow>(
  `select ${fileColumns}, a.role, holdfast.standing(f.id) as standing
   from holdfast.access_to($2, $1) a join holdfast.files f on f.id = a.file_id`,
);

export const findRestricted = statement<[folderId: string, principalId: string], { restricted: boolean }>(
  `select ${holdsRestricted("$1::uuid", "$2::uuid")} as restricted`,
);
