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
