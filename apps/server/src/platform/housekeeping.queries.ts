import { statement } from "./database/statement.ts";

export const ensureAuditPartitions = statement<[], { ensure_audit_partitions: unknown }>(
  "select holdfast.ensure_audit_partitions()",
);

export const deleteOldAnswers = statement(
  "delete from holdfast.idempotency_keys where created_at < now() - interval '1 day'",
);

export const deleteOldThrottle = statement(
  "delete from holdfast.throttle where window_ends_at < now() - interval '1 day'",
);

export const dropOldLog = statement<[log: string, months: number], { drop_old_log: unknown }>(
  "select holdfast.drop_old_log($1, $2)",
);

/** Of each user the newest so many, whatever their age. */
export const deleteExcessAnswers = statement<[kept: number]>(
  `delete from holdfast.idempotency_keys k using (
     select user_id, key, row_number() over (partition by user_id order by created_at desc) as nth from holdfast.idempotency_keys) r
   where k.user_id = r.user_id and k.key = r.key and r.nth > $1`,
);
