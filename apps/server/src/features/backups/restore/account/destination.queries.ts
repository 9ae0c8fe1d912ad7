import { statement } from "../../../../platform/database/statement.ts";

/** What is at a name now. */
export interface Existing {
  name: string;
  kind: "file" | "folder";
  id: string;
  file_size: number;
  last_modified: Date;
  /** The chunks of its segments in the target's repository, where all are known there. */
  chunks: Buffer | null;
  trashed: boolean;
}

/** Of a folder of the restoring user's own space, found from its root on. In one that is in the trash itself, everything is. */
export const listChildren = statement<
  [folderId: string, targetId: string, inTrash: boolean, withTrash: boolean],
  Existing
>(
  `select f.name, f.kind, f.id, f.file_size, f.last_modified, s.chunks, f.trashed_at is not null or $3 as trashed from holdfast.files f
  left join lateral (
    select case when count(*) = count(k.chunks) then string_agg(k.chunks, ''::bytea order by cs.start_at) end as chunks
    from holdfast.content_segments cs left join holdfast.segment_chunks k on k.target_id = $2 and k.sha256 = cs.sha256
    where cs.content_id = f.content_id
  ) s on f.kind = 'file'
  where f.parent_id = $1 and f.purged_at is null and ($4 or f.trashed_at is null) order by f.trashed_at nulls last, f.id`,
);
