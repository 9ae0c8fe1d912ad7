import { execute, type Queryable } from "../../../platform/database/database.ts";

const SHOWN = 20;

export interface FileOfSegment {
  id: string;
  /** Whose it is. */
  email: string;
  path: string;
}

/** The files that a segment is a piece of, the first few of them; those that only have it in a former version are among them. */
export async function filesOf(db: Queryable, sha256: Buffer): Promise<{ files: FileOfSegment[]; count: number }> {
  const files = await execute<FileOfSegment & { count: number }>(
    db,
    `with found as (
       select f.id, f.space_id from holdfast.content_segments c join holdfast.files f on f.content_id = c.content_id where c.sha256 = $1
       union
       select f.id, f.space_id from holdfast.content_segments c join holdfast.file_versions v on v.content_id = c.content_id
       join holdfast.files f on f.id = v.file_id where c.sha256 = $1
     )
     select found.id, u.email, holdfast.file_path(found.id) as path, (count(*) over ())::int as count
     from found join holdfast.users u on u.id = found.space_id
     order by found.id limit ${SHOWN}`,
    [sha256],
  );
  return { files: files.map(({ id, email, path }) => ({ id, email, path })), count: files[0]?.count ?? 0 };
}
