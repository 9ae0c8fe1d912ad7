import { statement } from "../database/statement.ts";

type Entry = [
  id: string,
  actorId: string | null,
  action: string,
  targetId: string | null,
  ip: string | null,
  requestId: string | null,
  detail: string | null,
  via: string,
  targetName: string | null,
  bytes: number | null,
];
export const insertEntry = statement<Entry>(
  `insert into holdfast.audit_log (id, actor_id, action, target_id, ip, request_id, detail, via, target_name, bytes)
   values ($1, $2, $3, $4, $5, $6, $7, $8, case when $9::text is null then holdfast.log_name_of($4) else $9 end, $10)`,
);
