import { statement } from "../../../../platform/database/statement.ts";

/** Users whose day is far above the busiest of the last thirty. Who has downloaded on fewer than five days has no past to be compared with. */
export const listBusyDays = statement<
  [day: Date, files: number, times: number],
  { user_id: string; email: string; files: number; bytes: number; busiest: number; last: Date }
>(
  `select d.user_id, u.email, d.files, d.bytes, p.busiest, d.last_at as last
   from holdfast.user_downloads d join holdfast.users u on u.id = d.user_id cross join lateral (
     select coalesce(max(o.files), 0)::int as busiest, count(*) as days from holdfast.user_downloads o
     where o.user_id = d.user_id and o.day < d.day and o.day >= d.day - 30
   ) p
   where d.day = ($1::timestamptz at time zone 'UTC')::date and d.files >= $2 and p.days >= 5 and d.files >= $3 * p.busiest`,
);

export const deleteOldDays = statement("delete from holdfast.user_downloads where day < current_date - 40");
