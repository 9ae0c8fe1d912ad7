import { statement } from "../database/statement.ts";

type Entry = [
  id: string,
  actorId: string | null,
  action: string,
  targetId: string | null,
  ip: string | null,
  requestId: string | null,
  detail: string | null,
];
export const insertEntry = statement<Entry>(
  `insert into holdfast.audit_log (id, actor_id, action, target_id, ip, request_id, detail) values ($1, $2, $3, $4, $5, $6, $7)`,
);
