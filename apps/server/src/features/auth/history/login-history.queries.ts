import { statement } from "../../../platform/database/statement.ts";

export type LoginOutcome =
  | "success"
  | "invalid_credentials"
  | "throttled"
  | "disabled"
  | "not_approved"
  | "not_in_group"
  | "not_confirmed"
  | "mfa_required";

/** Without a user's id it is the user's who has this address, if there is one. Many alike in ten minutes are one row. */
export const recordLogin = statement<
  [
    id: string,
    userId: string | null,
    email: string | null,
    now: Date,
    ip: string | null,
    network: string | null,
    userAgent: string | null,
    method: string,
    outcome: LoginOutcome,
  ],
  { is_new_network: boolean | null; is_new_device: boolean | null }
>("select is_new_network, is_new_device from holdfast.record_login($1, $2, $3, $4, $5, $6, $7, $8, $9)");

/** Many at once that were not tried, in the order of their accounts, so that two nodes do not wait for each other. */
export const recordThrottledLogins = statement<
  [
    ids: string[],
    userIds: (string | null)[],
    emails: (string | null)[],
    at: Date,
    ips: (string | null)[],
    networks: (string | null)[],
    userAgents: (string | null)[],
    methods: string[],
  ],
  { recorded: unknown }
>(
  `select holdfast.record_login(e.id, e.user_id, e.email, $4, e.ip, e.network, e.agent, e.method, 'throttled') as recorded
   from (select * from unnest($1::uuid[], $2::uuid[], $3::text[], $5::inet[], $6::cidr[], $7::text[], $8::text[])
     as e (id, user_id, email, ip, network, agent, method) order by user_id, email, network) e`,
);

export interface LoginRow {
  id: string;
  occurred_at: Date;
  first_at: Date;
  attempts: number;
  ip: string | null;
  user_agent: string | null;
  method: string;
  outcome: LoginOutcome;
  new_network: boolean;
  new_device: boolean;
}

/** Newest first, from below `before`. A row of several addresses names their network. */
export const listLogins = statement<
  [userId: string, before: string | null, limit: number, success: boolean | null],
  LoginRow
>(
  `select id, occurred_at, coalesce(first_at, occurred_at) as first_at, attempts, coalesce(host(ip), network::text) as ip, user_agent,
     method, outcome, new_network, new_device
   from holdfast.login_history
   where user_id = $1 and ($2::uuid is null or id < $2) and ($4::boolean is null or (outcome = 'success') = $4)
   order by id desc limit $3`,
  { notNull: ["first_at"] },
);

export const deleteOldLogins = statement<[before: Date]>("delete from holdfast.login_history where occurred_at < $1");

/** Of each account the newest so many successes, and as many refusals. */
export const deleteExcessLogins = statement<[kept: number]>(
  `delete from holdfast.login_history h using (
     select id, row_number() over (partition by user_id, outcome = 'success' order by id desc) as nth from holdfast.login_history) r
   where h.id = r.id and r.nth > $1`,
);
