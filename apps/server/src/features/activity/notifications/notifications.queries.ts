import { statement } from "../../../platform/database/statement.ts";
import { roleMay } from "../../access/index.ts";

export interface NotificationRow {
  id: string;
  kind: string;
  detail: Record<string, unknown>;
  created_at: Date;
  read_at: Date | null;
  actor_id: string | null;
  actor_name: string | null;
  file_id: string | null;
  file_kind: "file" | "folder" | null;
  /** That it lies in, where they may open it; null besides: their own root. */
  folder_id: string | null;
  /** The comment that it is about. */
  comment: string | null;
}

/** Columns of a `holdfast.notifications n` for one who is told, with `opens`. */
export const notificationColumns = `n.id, n.kind, n.detail, n.created_at, n.read_at, n.actor_id, holdfast.person_name(n.actor_id) as actor_name,
  opens.file_id, opens.file_kind, opens.folder_id, opens.comment`;

/**
 * What it is about, as far as who is told may open it now: anybody with a role a folder (who only adds too), a file who may see it. Of what
 * one may no longer see nothing is told but the name that was told then. Of a comment the text as it is now.
 */
export const opens = `left join lateral (
    select f.id as file_id, f.kind as file_kind, 
      (select p.file_id from holdfast.access_to(n.user_id, array[f.parent_id]) p where f.parent_id <> n.user_id and ${roleMay("see", "p")}) as folder_id,
      (select c.text from holdfast.comments c where c.file_id = f.id and c.id::text = n.detail ->> 'commentId' and ${roleMay("see")}) as comment
    from holdfast.access_to(n.user_id, array[n.file_id]) a join holdfast.files f on f.id = a.file_id
    where (f.kind = 'folder' or ${roleMay("see")}) and holdfast.standing(f.id) = 'live'
  ) opens on true`;

const shown = `not exists (select from holdfast.notification_settings s where s.user_id = n.user_id and n.kind = any (s.page_off))`;

export const listRows = statement<[userId: string, beforeId: string | null, limit: number], NotificationRow>(
  `select ${notificationColumns} from holdfast.notifications n ${opens}
   where n.user_id = $1 and ($2::uuid is null or n.id < $2) and ${shown} order by n.id desc limit $3`,
);

export const countUnread = statement<[userId: string], { unread: number }>(
  `select count(*)::int as unread from holdfast.notifications n where n.user_id = $1 and n.read_at is null and ${shown}`,
  { notNull: ["unread"] },
);

/** These, or all up to one; what is so already stays as it is. */
export const markRead = statement<[userId: string, ids: readonly string[] | null, upTo: string | null, read: boolean]>(
  `update holdfast.notifications set read_at = case when $4::boolean then now() end
   where user_id = $1 and (id = any ($2::uuid[]) or id <= $3::uuid) and (read_at is null) = $4`,
);

export const deleteRow = statement<[userId: string, id: string]>(
  "delete from holdfast.notifications where user_id = $1 and id = $2",
);

export const deleteOld = statement("delete from holdfast.notifications where created_at < now() - interval '90 days'");

/** Of each user the newest so many. */
export const deleteExcess = statement<[kept: number]>(
  `delete from holdfast.notifications n using (
     select id, row_number() over (partition by user_id order by id desc) as nth from holdfast.notifications) r
   where n.id = r.id and r.nth > $1`,
);

/** Of emails that nobody knows the outcome of. */
export const deleteOldDigests = statement("delete from holdfast.digests where created_at < now() - interval '7 days'");
