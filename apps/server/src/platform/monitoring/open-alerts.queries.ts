import { statement } from "../database/statement.ts";

export const countBySeverity = statement<[], { severity: string; open: number }>(
  `select s.severity, count(a.id)::int as open from unnest(array['info', 'warning', 'critical']) s (severity)
   left join holdfast.alerts a on a.severity = s.severity and a.resolved_at is null group by s.severity`,
  { notNull: ["severity"] },
);
