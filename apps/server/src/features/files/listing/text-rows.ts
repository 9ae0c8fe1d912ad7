import type { File } from "@holdfast/contract";
import { revisionTag } from "../file-view.ts";
import { linkCount } from "../files.queries.ts";

/**
 * A listed file as one text that `textToFile` takes apart: reading a hundred rows column by column costs more than finding them. The
 * name comes last, because it alone may have any character in it. Only scalar sub-queries: the order of rows stays as it was.
 */
export const fileAsText = `concat_ws(E'\\x1f', f.id, f.space_id, coalesce(f.user_id::text, ''), f.kind, coalesce(f.file_type, ''), f.file_size, f.revision,
  f.uploaded_at at time zone 'UTC', f.last_modified at time zone 'UTC',
  coalesce((select encode(c.sha256, 'hex') from holdfast.contents c where c.id = f.content_id), ''), ${linkCount}, f.name)`;

const separator = "\x1f";
const columns = 12;

export interface TextRow {
  file: File;
  /** When it was last modified, to the microsecond, as PostgreSQL reads it. */
  modified: string;
}

/** The same as `toFile` makes of a parsed row, for what lies in `parentId` and not in the trash. */
export function textToFile(text: string, parentId: string): TextRow {
  const parts = text.split(separator);
  const [id, spaceId, broughtBy, kind, fileType, fileSize, revision, uploadedAt, lastModified, sha256, links] =
    parts as [string, string, string, "file" | "folder", string, string, string, string, string, string, string];
  const file: File = {
    id,
    userId: broughtBy || spaceId,
    spaceId,
    // The root folder's id is its space's: it stays inside.
    parentId: parentId === spaceId ? null : parentId,
    name: parts.length === columns ? (parts[columns - 1] as string) : parts.slice(columns - 1).join(separator),
    kind,
    fileType: fileType || null,
    fileSize: Number(fileSize),
    sha256: sha256 || null,
    etag: revisionTag(Number(revision)),
    uploadedAt: toIso(uploadedAt),
    lastModified: toIso(lastModified),
    trashedAt: null,
    linkCount: Number(links),
  };
  return { file, modified: `${lastModified.replace(" ", "T")}Z` };
}

/** "2026-11-22 15:14:10.595123" (UTC; PostgreSQL leaves out zeros at the end) as Date.toISOString writes it. */
export function toIso(text: string): string {
  if (text.charAt(4) !== "-" || text.length > 26) return new Date(`${text.replace(" ", "T")}Z`).toISOString();
  return `${text.slice(0, 10)}T${text.slice(11, 19)}.${`${text.slice(20, 23)}000`.slice(0, 3)}Z`;
}
