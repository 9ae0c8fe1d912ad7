import type pg from "pg";
import { notFound, ProblemError } from "../../../platform/http/problem.ts";
import type { SendableContent } from "../send/send-content.ts";

export interface ContentRow {
  name: string;
  kind: "file" | "folder";
  file_type: string | null;
  file_size: number;
  last_modified: Date;
  content_id: string;
  only_segment: Buffer | null;
}

const columns = `f.name, f.kind, f.file_type, f.file_size, f.last_modified, f.content_id,
  case when f.file_size <= 16777216 then
    (select case when count(*) = 1 then min(encode(s.sha256, 'hex')) end from holdfast.content_segments s where s.content_id = f.content_id)
  end as only_segment`;

type Row = Omit<ContentRow, "only_segment"> & { only_segment: string | null };

/**
 * A person's own file as something to send; one statement, prepared by name, because every download asks it. The same decision as
 * `accessFile` with the intent to see.
 * @throws not_found, not_a_file
 */
export async function accessContent(
  pool: pg.Pool,
  userId: string,
  fileId: string,
  versionId?: string,
): Promise<SendableContent> {
  const { rows } = await pool.query<Row>({
    name: "access-content",
    text: `select ${columns} from holdfast.files f
      where f.id = $1 and f.user_id = $2 and f.parent_id is not null and holdfast.standing(f.id) <> 'gone'`,
    values: [fileId, userId],
  });
  const row = rows[0];
  if (!row) throw notFound();
  if (row.kind !== "file") throw new ProblemError("not_a_file", "This is a folder; ask for an archive of it.");
  if (versionId !== undefined) return accessVersion(pool, fileId, versionId, row);
  return toSendable(row);
}

async function accessVersion(pool: pg.Pool, fileId: string, versionId: string, current: Row): Promise<SendableContent> {
  const { rows } = await pool.query<Omit<Row, "name" | "kind">>(
    `select file_type, file_size, last_modified, content_id, null as only_segment from holdfast.file_versions where id = $1 and file_id = $2
     union all
     select file_type, file_size, last_modified, content_id, null from holdfast.files where id = $2 and version_id = $1`,
    [versionId, fileId],
  );
  const row = rows[0];
  if (!row) throw notFound();
  return toSendable({ ...current, ...row });
}

function toSendable(row: Row): SendableContent {
  return {
    contentId: row.content_id,
    size: row.file_size,
    name: row.name,
    fileType: row.file_type,
    lastModified: row.last_modified,
    onlySegment: row.only_segment ? Buffer.from(row.only_segment, "hex") : null,
  };
}
