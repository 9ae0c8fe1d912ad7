import { statement } from "../../../platform/database/statement.ts";

export interface ActivityRow {
  id: string;
  occurred_at: Date;
  ip: string | null;
  action: string;
  own: boolean;
}

/** The list has an index of its own (`audit_log_security`), whose condition is this one. */
const actions = `('user.password', 'user.email', 'user.confirm', 'user.recovered', 'user.update', 'user.reset_factors',
  'factor.add', 'factor.remove', 'factor.recovery_codes', 'factor.recovery_code_used', 'passkey.add', 'passkey.remove', 'token.create', 'token.revoke', 'session.new_device')`;

/** What changed how this user signs in, by themselves or by others. Newest first, from below `before`. */
export const listActivity = statement<[userId: string, before: string | null, limit: number], ActivityRow>(
  `select id, occurred_at, host(ip) as ip, action, own from (
     (select id, occurred_at, ip, action, true as own from holdfast.audit_log
       where actor_id = $1 and action in ${actions} and ($2::uuid is null or id < $2)
         and not (action in ('user.update', 'user.reset_factors') and target_id is distinct from $1)
       order by id desc limit $3)
     union all
     (select id, occurred_at, ip, action, false from holdfast.audit_log
       where target_id = $1 and actor_id is distinct from $1 and action in ${actions} and ($2::uuid is null or id < $2)
       order by id desc limit $3)
   ) found order by id desc limit $3`,
);

/** The change of address that this user asked for last, at our own endpoint. */
export const findChangeOfEmail = statement<[userId: string], { former: string | null }>(
  `select detail ->> 'from' as former from holdfast.audit_log
   where actor_id = $1 and action = 'user.email' order by id desc limit 1`,
);
