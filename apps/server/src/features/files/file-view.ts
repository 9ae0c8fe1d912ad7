import type { File } from "@holdfast/contract";

/** A row of files as the listing queries give it. */
export interface FileViewRow {
  id: string;
  space_id: string;
  /** Who brought it. */
  user_id: string;
  parent_id: string | null;
  name: string;
  kind: "file" | "folder";
  file_type: string | null;
  file_size: number;
  revision: number;
  uploaded_at: Date;
  last_modified: Date;
  trashed_at: Date | null;
  sha256: Buffer | null;
  link_count: number;
}

export function toFile(row: FileViewRow): File {
  return {
    id: row.id,
    userId: row.user_id,
    spaceId: row.space_id,
    // The root folder's id is its space's: it stays inside.
    parentId: row.parent_id === row.space_id ? null : row.parent_id,
    name: row.name,
    kind: row.kind,
    fileType: row.file_type,
    fileSize: row.file_size,
    sha256: row.sha256 ? row.sha256.toString("hex") : null,
    etag: revisionTag(row.revision),
    uploadedAt: row.uploaded_at.toISOString(),
    lastModified: row.last_modified.toISOString(),
    trashedAt: row.trashed_at?.toISOString() ?? null,
    linkCount: row.link_count,
  };
}

/** Validator of a file's metadata, for `If-Match`. */
export function revisionTag(revision: number): string {
  return `"r${revision}"`;
}
