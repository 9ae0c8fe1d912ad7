import { statement } from "../../../platform/database/statement.ts";

export type LoginOutcome =
  | "success"
  | "invalid_credentials"
  | "throttled"
  | "disabled"
  | "not_approved"
  | "not_confirmed"
  | "mfa_required";

/** Without a user's id it is the user's who has this address, if there is one. */
export const insertLogin = statement<
  [
    id: string,
    userId: string | null,
    email: string | null,
    now: Date,
    ip: string | null,
    userAgent: string | null,
    method: string,
    outcome: LoginOutcome,
  ]
>(
  `insert into holdfast.login_history (id, user_id, email, occurred_at, ip, user_agent, method, outcome)
   values ($1, coalesce(
     (select id from holdfast.users where id = $2::uuid),
     (select id from holdfast.users where $2::uuid is null and lower(email) = lower($3) and deleted_at is null limit 1)
   ), $3, $4, $5, $6, $7, $8)`,
);

export interface LoginRow {
  id: string;
  occurred_at: Date;
  ip: string | null;
  user_agent: string | null;
  method: string;
  outcome: LoginOutcome;
}

/** Newest first, from below `before`. */
export const listLogins = statement<[userId: string, before: string | null, limit: number], LoginRow>(
  `select id, occurred_at, host(ip) as ip, user_agent, method, outcome from holdfast.login_history
   where user_id = $1 and ($2::uuid is null or id < $2) order by id desc limit $3`,
);

export const deleteOldLogins = statement<[before: Date]>("delete from holdfast.login_history where occurred_at < $1");
