import { statement } from "../database/statement.ts";

type Values = [
  userIds: readonly string[],
  kind: string,
  actorId: string | null,
  fileId: string | null,
  detail: Record<string, unknown>,
];

/** Nobody is told of their own doing, and nobody who is gone. */
export const insertNotifications = statement<Values, { user_id: string }>(
  `insert into holdfast.notifications (user_id, kind, actor_id, file_id, detail)
   select distinct u.id, $2, $3::uuid, $4::uuid, $5::jsonb from holdfast.users u
   where u.id = any($1::uuid[]) and u.deleted_at is null and u.id is distinct from $3 returning user_id`,
);
