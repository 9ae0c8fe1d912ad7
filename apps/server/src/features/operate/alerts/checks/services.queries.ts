import { statement } from "../../../../platform/database/statement.ts";

/** As the folded sums say, which lag by seconds. */
export const countNearlyFull = statement<[share: number], { number: number }>(
  "select count(*)::int as number from holdfast.spaces where quota_bytes > 0 and used_bytes >= quota_bytes * $1::float8",
);

/** Those that have given up a message after their last success. */
export const listFailingChannels = statement<[], { id: string; name: string; error: string }>(
  `select c.id, c.name, c.last_error as error from holdfast.alert_channels c
   where c.enabled and c.last_error is not null and exists (
     select from holdfast.alert_deliveries d where d.channel_id = c.id and (d.failed_at is not null or d.attempts >= 3 and d.sent_at is null)
       and d.created_at > coalesce(c.last_sent_at, '-infinity'))
   order by c.name limit 20`,
  { notNull: ["error"] },
);
