import { statement } from "../../../platform/database/statement.ts";
import { type FileRow, fileColumns } from "../../access/index.ts";

/** Of a space's topmost files and folders that are live, the first. */
export const findNext = statement<[spaceId: string], FileRow>(
  `select ${fileColumns} from holdfast.files f where f.parent_id = $1 and f.trashed_at is null and f.purged_at is null
   order by f.name collate "C" limit 1`,
);

/** Of a folder that is live. */
export const findFolderSpace = statement<[folderId: string], { space_id: string; personal: boolean }>(
  `select f.space_id, s.kind = 'personal' as personal from holdfast.files f join holdfast.spaces s on s.id = f.space_id
   where f.id = $1 and holdfast.is_live(f.id)`,
);

/** Links that somebody made to these become another's. */
export const giveLinks = statement<[ids: readonly string[], fromUserId: string, toUserId: string]>(
  "update holdfast.sharing_links set user_id = $3 where file_id = any($1::uuid[]) and user_id = $2",
);
