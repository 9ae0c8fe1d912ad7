import type { Queryable } from "../../../platform/database/database.ts";
import { statement } from "../../../platform/database/statement.ts";
import type { SessionState } from "./principals.ts";

interface StateRow {
  id: string;
  email: string;
  role: "admin" | "user";
  disabled: boolean;
  awaiting_approval: boolean;
  kept_out: boolean;
  half: boolean | null;
  factor_missing: boolean;
}

/**
 * Of `holdfast.users u`, with `f.wanted`: by the policy, and `f.present`: a verified factor, or a passkey where one is wanted. $2 is now.
 * The policy's words are those of `holdfast.wants_second_factor`, which would be planned apart for each look at a session.
 */
const stateColumns = `u.id, u.email, u.role, coalesce(u.disabled_until > $2, false) as disabled, u.awaiting_approval, holdfast.kept_out(u.id, u.role) as kept_out,
  f.wanted and not f.present as factor_missing`;
const factors = `cross join lateral (select w.wanted, exists (
    select from auth.mfa_factors where user_id = u.id and status = 'verified') or (w.wanted and holdfast.has_passkey(u.id)) as present
  from (select coalesce((select value = '"everybody"' or (value = '"admins"' and u.role = 'admin')
    from holdfast.settings where key = 'second-factor'), false) as wanted) w) f`;

/** Limits of a session's life, in seconds; 0: none. A real Supabase has its own. */
export interface SessionLimits {
  idle: number;
  lifetime: number;
}

export const findSessionState = statement<[sessionId: string, now: Date, idle: number, lifetime: number], StateRow>(
  `select ${stateColumns}, s.aal = 'aal1' and f.present and not exists (
     select from holdfast.recovered_sessions where session_id = s.id) as half
   from auth.sessions s join holdfast.users u on u.id = s.user_id ${factors}
   where s.id = $1 and u.deleted_at is null and (s.not_after is null or s.not_after > $2)
     and ($3::float8 = 0 or coalesce(s.refreshed_at at time zone 'UTC', s.created_at) > $2::timestamptz - make_interval(secs => $3))
     and ($4::float8 = 0 or s.created_at > $2::timestamptz - make_interval(secs => $4))`,
);

/** `stale`: the last note of its use is older than a minute. */
export const findTokenState = statement<[tokenId: string, now: Date], StateRow & { stale: boolean }>(
  `select ${stateColumns}, false as half,
     coalesce(t.last_used_at <= $2::timestamptz - interval '1 minute', true) as stale
   from holdfast.access_tokens t join holdfast.users u on u.id = t.user_id ${factors}
   where t.id = $1 and u.deleted_at is null and (t.expires_at is null or t.expires_at > $2)`,
);

export const noteTokenUse = statement<[tokenId: string, now: Date]>(
  "update holdfast.access_tokens set last_used_at = $2 where id = $1",
);

/** What can be revoked of a session, read in one go; null where session or user is gone. */
export async function loadSessionState(
  db: Queryable,
  sessionId: string,
  now: Date,
  { idle, lifetime }: SessionLimits,
): Promise<SessionState | null> {
  return toState(await findSessionState.first(db, sessionId, now, idle, lifetime));
}

/** The same for a personal access token, which also notes its use where the last note is older than a minute. */
export async function loadTokenState(db: Queryable, tokenId: string, now: Date): Promise<SessionState | null> {
  const row = await findTokenState.first(db, tokenId, now);
  if (row?.stale) await noteTokenUse.all(db, tokenId, now);
  return toState(row);
}

function toState(row: StateRow | undefined): SessionState | null {
  if (!row) return null;
  const { id, email, role, disabled } = row;
  return {
    ...{ userId: id, email, role, disabled },
    pending: row.awaiting_approval,
    keptOut: row.kept_out,
    halfSignedIn: row.half ?? false,
    secondFactorMissing: row.factor_missing,
  };
}
