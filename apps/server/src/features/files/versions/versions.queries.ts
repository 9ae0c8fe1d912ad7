import { statement } from "../../../platform/database/statement.ts";
import { type FileRow, fileColumns } from "../../access/index.ts";

interface ListedVersion {
  id: string | null;
  file_size: number;
  content_id: string | null;
  created_at: Date;
  last_modified: Date;
  current: boolean;
  sha256: Buffer | null;
}

/** Newest first; the first is the current one. */
export const listVersions = statement<[fileId: string], ListedVersion>(
  `select v.id, v.file_size, v.content_id, v.created_at, v.last_modified, v.current, c.sha256 from (
     select version_id as id, file_size, content_id, uploaded_at as created_at, last_modified, true as current from holdfast.files where id = $1
     union all
     select id, file_size, content_id, created_at, last_modified, false from holdfast.file_versions where file_id = $1
   ) v join holdfast.contents c on c.id = v.content_id
   order by v.current desc, v.created_at desc, v.id desc`,
);

interface VersionRow {
  content_id: string;
  file_size: number;
  file_type: string | null;
  last_modified: Date;
}

export const findVersion = statement<[id: string, fileId: string], VersionRow>(
  "select content_id, file_size, file_type, last_modified from holdfast.file_versions where id = $1 and file_id = $2",
);

export const lockFile = statement<[id: string], FileRow>(
  `select ${fileColumns} from holdfast.files f where f.id = $1 for update`,
);

type Former = [
  id: string,
  fileId: string,
  contentId: string,
  fileSize: number,
  fileType: string | null,
  lastModified: Date,
  createdAt: Date,
  createdBy: string | null,
];
export const insertVersion = statement<Former>(
  `insert into holdfast.file_versions (id, file_id, content_id, file_size, file_type, last_modified, created_at, created_by)
   values ($1, $2, $3, $4, $5, $6, $7, $8)`,
);

type Current = [
  fileId: string,
  contentId: string,
  versionId: string,
  fileSize: number,
  fileType: string | null,
  lastModified: Date,
];
export const setContent = statement<Current>(
  `update holdfast.files set content_id = $2, version_id = $3, file_size = $4, file_type = $5, last_modified = $6, uploaded_at = now(),
     revision = revision + 1
   where id = $1`,
);
