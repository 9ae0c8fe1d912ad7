import { statement } from "../../../platform/database/statement.ts";
import { type FileRow, fileColumns } from "../../access/index.ts";

/** Whether the folder has this name. Of any folder: it chooses the way of a commit, which then judges. */
export const findName = statement<[parentId: string, name: string], { id: string }>(
  `select id from holdfast.files where parent_id = $1 and name collate "C" = $2 and trashed_at is null and purged_at is null`,
);

/** What has the name in the folder, locked. */
export const lockNamesake = statement<[parentId: string, name: string], FileRow>(
  `select ${fileColumns} from holdfast.files f
   where parent_id = $1 and name collate "C" = $2 and trashed_at is null and purged_at is null for update`,
);

/** Only a file of this folder and name that is in the trash itself: live again, and locked. */
export const takeFromTrash = statement<[id: string, parentId: string, name: string], FileRow>(
  `update holdfast.files f set trashed_at = null
   where id = $1 and parent_id = $2 and kind = 'file' and name collate "C" = $3 and trashed_at is not null and purged_at is null
   returning ${fileColumns}`,
);

type NewFileRow = [
  id: string,
  parentId: string,
  broughtBy: string,
  name: string,
  fileType: string,
  fileSize: number,
  contentId: string,
  versionId: string,
  lastModified: Date,
];
export const insertFile = statement<NewFileRow, { space_id: string }>(
  `insert into holdfast.files (id, space_id, user_id, parent_id, name, kind, file_type, file_size, content_id, version_id, last_modified)
   select $1, d.space_id, nullif($3, d.space_id), $2, $4, 'file', $5, $6, $7, $8, $9 from holdfast.files d where d.id = $2
   returning space_id`,
);

type NewContent = [id: string, size: number, sha256: Buffer | null, crc32: number | null, noise: boolean | null];
export const insertContent = statement<NewContent>(
  "insert into holdfast.contents (id, size, sha256, crc32, noise) values ($1, $2, $3, $4, $5)",
);

export const insertSegments = statement<[contentId: string, startAt: number[], size: number[], sha256: Buffer[]]>(
  `insert into holdfast.content_segments (content_id, start_at, size, sha256)
   select $1, s.* from unnest($2::bigint[], $3::int[], $4::bytea[]) s`,
);

export const insertSegmentsOfUpload = statement<[contentId: string, uploadId: string]>(
  `insert into holdfast.content_segments (content_id, start_at, size, sha256)
   select $1, start_at, size, sha256 from holdfast.upload_segments where upload_id = $2`,
);
