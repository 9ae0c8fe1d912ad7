import type { User } from "@holdfast/contract";
import { execute, type Queryable } from "../../platform/database/database.ts";
import { inet } from "../../platform/http/network.ts";
import { newId } from "../../platform/ids.ts";
import type { SessionState } from "./session/principals.ts";

interface UserRow {
  id: string;
  email: string;
  display_name: string | null;
  role: "admin" | "user";
  disabled: boolean;
  awaiting_approval: boolean;
  quota_bytes: number | null;
  used_bytes: number;
  created_at: Date;
  last_sign_in_at: Date | null;
}

/** Columns of `holdfast.users u` that `toUser` reads. */
export const userColumns = `u.id, u.email, u.display_name, u.role, coalesce(u.disabled_until > now(), false) as disabled,
  u.awaiting_approval, (select s.quota_bytes from holdfast.spaces s where s.id = u.id) as quota_bytes, holdfast.used_bytes(u.id) as used_bytes, u.created_at, u.last_sign_in_at`;

export function toUser(row: UserRow): User {
  return {
    id: row.id,
    email: row.email,
    displayName: row.display_name,
    role: row.role,
    status: row.disabled ? "disabled" : row.awaiting_approval ? "pending" : "active",
    quotaBytes: row.quota_bytes,
    // Folding of entries can lag behind: never show less than nothing.
    usedBytes: Math.max(0, row.used_bytes),
    createdAt: row.created_at.toISOString(),
    lastSignInAt: row.last_sign_in_at?.toISOString() ?? null,
  };
}

/** @returns null for an unknown or deleted user */
export async function findUser(db: Queryable, id: string): Promise<User | null> {
  const rows = await execute<UserRow>(
    db,
    `select ${userColumns} from holdfast.users u where u.id = $1 and u.deleted_at is null`,
    [id],
  );
  return rows[0] ? toUser(rows[0]) : null;
}

export async function findUserIdByEmail(db: Queryable, email: string): Promise<string | null> {
  const rows = await execute<{ id: string }>(
    db,
    "select id from holdfast.users where lower(email) = lower($1) and deleted_at is null order by created_at limit 1",
    [email],
  );
  return rows[0]?.id ?? null;
}

/** Is there anybody who can administer, or could again once enabled? */
export async function adminExists(db: Queryable): Promise<boolean> {
  const rows = await execute(db, "select 1 from holdfast.users where role = 'admin' and deleted_at is null limit 1");
  return rows.length > 0;
}

export async function setDisplayName(db: Queryable, id: string, displayName: string | null): Promise<void> {
  await db.kysely
    .updateTable("holdfast.users")
    .set({ display_name: displayName, updated_at: new Date() })
    .where("id", "=", id)
    .execute();
}

/** Whom an administrator made, invited or looked at need not wait any longer. */
export async function approve(db: Queryable, id: string): Promise<void> {
  await execute(db, "update holdfast.users set awaiting_approval = false where id = $1 and awaiting_approval", [id]);
}

interface StateRow {
  id: string;
  email: string;
  role: "admin" | "user";
  disabled: boolean;
  awaiting_approval: boolean;
  half: boolean | null;
  factor_missing: boolean;
}

/** Of `holdfast.users u`, with `f.set_up`: has a second factor. $2 is now. */
const stateColumns = `u.id, u.email, u.role, coalesce(u.disabled_until > $2, false) as disabled, u.awaiting_approval,
  not f.set_up and coalesce((select value = '"everybody"' or (value = '"admins"' and u.role = 'admin')
    from holdfast.settings where key = 'second-factor'), false) as factor_missing`;
const factors = `cross join lateral (select exists (
  select from auth.mfa_factors where user_id = u.id and status = 'verified') as set_up) f`;

/** What can be revoked of a session, read in one go; null where session or user is gone. */
export async function loadSessionState(db: Queryable, sessionId: string, now: Date): Promise<SessionState | null> {
  const rows = await execute<StateRow>(
    db,
    `select ${stateColumns}, s.aal = 'aal1' and f.set_up and not exists (
       select from holdfast.recovered_sessions where session_id = s.id) as half
     from auth.sessions s join holdfast.users u on u.id = s.user_id ${factors}
     where s.id = $1 and u.deleted_at is null and (s.not_after is null or s.not_after > $2)`,
    [sessionId, now],
  );
  return toState(rows[0]);
}

/** The same for a personal access token, which also notes its use where the last note is older than a minute. */
export async function loadTokenState(db: Queryable, tokenId: string, now: Date): Promise<SessionState | null> {
  const rows = await execute<StateRow & { stale: boolean }>(
    db,
    `select ${stateColumns}, false as half,
       coalesce(t.last_used_at <= $2::timestamptz - interval '1 minute', true) as stale
     from holdfast.access_tokens t join holdfast.users u on u.id = t.user_id ${factors}
     where t.id = $1 and u.deleted_at is null and (t.expires_at is null or t.expires_at > $2)`,
    [tokenId, now],
  );
  if (rows[0]?.stale)
    await execute(db, "update holdfast.access_tokens set last_used_at = $2 where id = $1", [tokenId, now]);
  return toState(rows[0]);
}

function toState(row: StateRow | undefined): SessionState | null {
  if (!row) return null;
  const { id, email, role, disabled } = row;
  return {
    ...{ userId: id, email, role, disabled },
    pending: row.awaiting_approval,
    halfSignedIn: row.half ?? false,
    secondFactorMissing: row.factor_missing,
  };
}

/** Of `auth.sessions s`: waits for its second step, and opens nothing yet. */
export const halfSignedIn = `s.aal = 'aal1' and exists (
    select from auth.mfa_factors where user_id = s.user_id and status = 'verified')
  and not exists (select from holdfast.recovered_sessions where session_id = s.id)`;

export interface SessionRow {
  id: string;
  created_at: Date;
  last_used_at: Date | null;
  ip: string | null;
  user_agent: string | null;
}

/** The live sessions of a person, last used first. */
export function listSessionRows(db: Queryable, userId: string, now: Date): Promise<SessionRow[]> {
  return execute<SessionRow>(
    db,
    `select id, created_at, coalesce(refreshed_at at time zone 'UTC', created_at) as last_used_at, host(ip) as ip, user_agent
     from auth.sessions s where user_id = $1 and (not_after is null or not_after > $2)
       and not (${halfSignedIn}) order by last_used_at desc, id`,
    [userId, now],
  );
}

/** The contract has no way to end one session of a person: its row is deleted, as its own log-out does. */
export async function deleteSession(db: Queryable, userId: string, sessionId: string): Promise<boolean> {
  const rows = await execute(db, "delete from auth.sessions where id = $1 and user_id = $2 returning id", [
    sessionId,
    userId,
  ]);
  return rows.length > 0;
}

export async function deleteSessions(db: Queryable, userId: string): Promise<void> {
  await execute(db, "delete from auth.sessions where user_id = $1", [userId]);
}

export interface LoginEntry {
  /** Null: whoever has this address, if anybody. */
  userId: string | null;
  email: string | null;
  ip: string | null;
  userAgent: string | null;
  method: string;
  outcome: LoginOutcome;
}

export type LoginOutcome =
  | "success"
  | "invalid_credentials"
  | "throttled"
  | "disabled"
  | "not_approved"
  | "not_confirmed"
  | "mfa_required";

export async function insertLogin(db: Queryable, entry: LoginEntry, now: Date): Promise<void> {
  await execute(
    db,
    `insert into holdfast.login_history (id, user_id, email, occurred_at, ip, user_agent, method, outcome)
     values ($1, coalesce(
       (select id from holdfast.users where id = $2::uuid),
       (select id from holdfast.users where $2::uuid is null and lower(email) = lower($3) and deleted_at is null limit 1)
     ), $3, $4, $5, $6, $7, $8)`,
    [
      newId(),
      entry.userId,
      entry.email?.slice(0, 255) ?? null,
      now,
      inet(entry.ip),
      entry.userAgent?.slice(0, 500) ?? null,
      entry.method,
      entry.outcome,
    ],
  );
}

export interface LoginRow {
  id: string;
  occurred_at: Date;
  ip: string | null;
  user_agent: string | null;
  method: string;
  outcome: LoginOutcome;
}

/** Newest first, from below `before`. */
export function listLoginRows(
  db: Queryable,
  userId: string,
  limit: number,
  before: string | null,
): Promise<LoginRow[]> {
  return execute<LoginRow>(
    db,
    `select id, occurred_at, host(ip) as ip, user_agent, method, outcome from holdfast.login_history
     where user_id = $1 and ($2::uuid is null or id < $2) order by id desc limit $3`,
    [userId, before, limit],
  );
}
