import { statement } from "../../../platform/database/statement.ts";
import { type NotificationRow, notificationColumns, opens } from "../notifications/notifications.queries.ts";

const pending = `n.read_at is null and n.mailed_at is null and n.created_at > now() - interval '8 days'`;

/** Whose oldest unread notification has waited for as long as they chose. */
export const listDue = statement<[most: number], { user_id: string }>(
  `select n.user_id from holdfast.notifications n left join holdfast.notification_settings s on s.user_id = n.user_id
   where ${pending} and coalesce(s.digest, 'daily') <> 'never' and n.kind <> all (coalesce(s.mail_off, '{}'))
   group by n.user_id, s.digest
   having min(n.created_at) <= now() - case coalesce(s.digest, 'daily')
     when 'at-once' then interval '1 minute' when 'hourly' then interval '1 hour' else interval '1 day' end
   limit $1`,
);

export const insertDigest = statement<[id: string, userId: string]>(
  "insert into holdfast.digests (id, user_id) values ($1, $2)",
);

/** Marks what the email sums up: no other will. */
export const markMailed = statement<[digestId: string, userId: string]>(
  `update holdfast.notifications n set mailed_at = now(), digest_id = $1
   where n.user_id = $2 and ${pending} and not exists (
     select from holdfast.notification_settings s where s.user_id = $2 and (s.digest = 'never' or n.kind = any (s.mail_off)))`,
);

/** To one worker, once. */
export const beginDigest = statement<[id: string], { user_id: string; email: string }>(
  `update holdfast.digests d set begun_at = now() from holdfast.users u
   where d.id = $1 and d.begun_at is null and u.id = d.user_id and u.deleted_at is null and (u.disabled_until is null or u.disabled_until <= now())
     and not exists (select from holdfast.notification_settings s where s.user_id = d.user_id and s.digest = 'never')
   returning d.user_id, u.email`,
);

/** What it sums up and nobody has read by now. */
export const listSummed = statement<[digestId: string], NotificationRow>(
  `select ${notificationColumns} from holdfast.notifications n ${opens} where n.digest_id = $1 and n.read_at is null order by n.id desc`,
);

export const giveBackDigest = statement<[id: string]>("update holdfast.digests set begun_at = null where id = $1");

export const deleteDigest = statement<[id: string]>("delete from holdfast.digests where id = $1");

export const turnOffDigest = statement<[userId: string]>(
  `insert into holdfast.notification_settings as s (user_id, digest) select u.id, 'never' from holdfast.users u where u.id = $1 and u.deleted_at is null
   on conflict (user_id) do update set digest = 'never'`,
);
