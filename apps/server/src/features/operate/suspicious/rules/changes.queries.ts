import { statement } from "../../../../platform/database/statement.ts";

/** The rare changes that always deserve a look, of everybody. */
export const listRareChanges = statement<
  [since: Date],
  {
    id: string;
    action: string;
    at: Date;
    actor_id: string | null;
    actor: string | null;
    target_id: string | null;
    target: string | null;
    detail: Record<string, unknown> | null;
    ip: string | null;
    actor_role: string | null;
    has_factor: boolean;
  }
>(
  `select a.id, a.action, a.occurred_at as at, a.actor_id, actor.email as actor, a.target_id, target.email as target, a.detail,
     host(a.ip) as ip, actor.role as actor_role,
     exists (select from auth.mfa_factors m where m.user_id = a.actor_id and m.status = 'verified')
       or coalesce(holdfast.has_passkey(a.actor_id), false) as has_factor
   from holdfast.audit_log a left join holdfast.users actor on actor.id = a.actor_id left join holdfast.users target on target.id = a.target_id
   where a.occurred_at > $1 and (
     (a.action in ('user.create', 'user.update') and a.detail ->> 'role' = 'admin')
     or a.action in ('factor.remove', 'passkey.remove', 'user.reset_factors', 'target.delete', 'target.start-over', 'schedule.delete')
     or (a.action = 'schedule.update' and a.detail ? 'retention'))
   order by a.id limit 200`,
  { notNull: ["has_factor"] },
);

export const countDeletedBackups = statement<
  [since: Date, atLeast: number],
  { actor_id: string; email: string; backups: number; began: Date; last: Date }
>(
  `select a.actor_id, u.email, count(*)::int as backups, min(a.occurred_at) as began, max(a.occurred_at) as last
   from holdfast.audit_log a join holdfast.users u on u.id = a.actor_id
   where a.occurred_at > $1 and a.action = 'backup.delete' group by a.actor_id, u.email having count(*) >= $2`,
  { notNull: ["actor_id", "began", "last"] },
);
