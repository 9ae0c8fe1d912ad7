import { statement } from "../../../platform/database/statement.ts";

/** Of `auth.sessions s`: waits for its second step, and opens nothing yet. */
const halfSignedIn = `s.aal = 'aal1' and (
    exists (select from auth.mfa_factors where user_id = s.user_id and status = 'verified')
    or holdfast.wants_second_factor((select role from holdfast.users where id = s.user_id)) and holdfast.has_passkey(s.user_id))
  and not exists (select from holdfast.recovered_sessions where session_id = s.id)`;

export interface SessionRow {
  id: string;
  created_at: Date;
  last_used_at: Date | null;
  ip: string | null;
  user_agent: string | null;
}

/** The live sessions of a user, last used first. */
export const listSessions = statement<[userId: string, now: Date], SessionRow>(
  `select id, coalesce(created_at, to_timestamp(0)) as created_at, coalesce(refreshed_at at time zone 'UTC', created_at) as last_used_at, host(ip) as ip, user_agent
   from auth.sessions s where user_id = $1 and (not_after is null or not_after > $2)
     and not (${halfSignedIn}) order by last_used_at desc, id`,
);

/** The contract has no way to end one session of a user: its row is deleted, as its own sign-out does. */
export const deleteSession = statement<[id: string, userId: string]>(
  "delete from auth.sessions where id = $1 and user_id = $2",
);

export const deleteSessions = statement<[userId: string]>("delete from auth.sessions where user_id = $1");

export const deleteHalfSignedInSessions = statement<[createdBefore: Date]>(
  `delete from auth.sessions s where created_at < $1 and ${halfSignedIn}`,
);
