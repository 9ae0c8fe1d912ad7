import { statement } from "../../../../platform/database/statement.ts";

export interface OwnerToTell {
  id: string;
  user_id: string;
  email: string;
  error: string | null;
  storage_location: string;
  scheduled: boolean;
}

/** Each person's last failure of the last day, of those who were told of none in that time. */
export const listOwnersToTell = statement<[], OwnerToTell>(
  `select distinct on (b.user_id) b.id, b.user_id, u.email, b.error, b.storage_location, b.schedule_id is not null as scheduled
   from holdfast.backups b join holdfast.users u on u.id = b.user_id
   where b.scope = 'account' and b.status = 'failed' and b.owner_told_at is null and b.finished_at > now() - interval '1 day'
     and u.deleted_at is null and not exists (
       select from holdfast.backups o where o.user_id = b.user_id and o.owner_told_at > now() - interval '20 hours')
   order by b.user_id, b.id desc limit 20`,
  { notNull: ["user_id", "scheduled"] },
);

export const recordTold = statement<[id: string]>("update holdfast.backups set owner_told_at = now() where id = $1");
