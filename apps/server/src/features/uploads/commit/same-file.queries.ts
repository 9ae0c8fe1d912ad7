import { statement } from "../../../platform/database/statement.ts";

interface Compared {
  id: string;
  contentId: string | null;
  size: number;
  sha256: Buffer | null;
  /** Null where one of the times is not known. */
  same: boolean | null;
}

/** What has the name in a folder that was judged, and whether it is a file of this owner, time of change and size (null: whatever size). */
export const compareNamesake = statement<
  [parentId: string, name: string, userId: string, lastModified: Date | null, size: number | null],
  Compared
>(
  `select f.id, f.content_id as "contentId", f.file_size as size, c.sha256,
     f.kind = 'file' and coalesce(f.user_id, f.space_id) = $3 and f.last_modified = $4 and ($5::bigint is null or f.file_size = $5) as same
   from holdfast.files f left join holdfast.contents c on c.id = f.content_id
   where f.parent_id = $1 and f.name collate "C" = $2 and f.trashed_at is null and f.purged_at is null`,
);
