import { randomUUID } from "node:crypto";
import type { RateLimit } from "../config.ts";
import { type Database, instanceId } from "../database.ts";
import type { Caller } from "../service.ts";
import { createThrottle } from "../throttle/throttle.ts";

/** Actions of Supabase Auth's log, with the kind that it files each under. */
const logTypes = {
  login: "account",
  logout: "account",
  user_signedup: "team",
  user_invited: "team",
  user_deleted: "team",
  token_revoked: "token",
  user_modified: "user",
  user_recovery_requested: "user",
  user_reauthenticate_requested: "user",
  user_confirmation_requested: "user",
  user_repeated_signup: "user",
  user_updated_password: "user",
  identity_linked: "user",
  identity_unlinked: "user",
  factor_in_progress: "factor",
  factor_unenrolled: "factor",
  challenge_created: "factor",
  verification_attempted: "factor",
  factor_deleted: "factor",
  factor_updated: "factor",
  passkey_created: "user",
  passkey_updated: "user",
  passkey_deleted: "user",
} as const;

export type AuditAction = keyof typeof logTypes;

/** `null` is an administrator with the service key. */
export type AuditActor = { id: string; email: string | null; is_sso_user: boolean } | null;

/** Entries of one kind of one account, in this process: a program that signs in all day long fills no disk. */
const entriesOfAccount: RateLimit = { burst: 100, perSeconds: 86_400 };
const written = createThrottle(() => new Date());

/** What an account has caused a hundred times in a day is left out, but for one in a quarter of an hour. */
export async function writeAudit(
  db: Database,
  action: AuditAction,
  actor: AuditActor,
  caller: Caller,
  now: Date,
  traits?: Record<string, unknown>,
): Promise<void> {
  if (actor !== null && written.take(`${actor.id}|${action}`, entriesOfAccount, now) > 0) return;
  const payload = {
    actor_id: actor?.id ?? instanceId,
    actor_via_sso: actor?.is_sso_user ?? false,
    actor_username: actor === null ? "service_role" : (actor.email ?? ""),
    action,
    log_type: logTypes[action],
    ...(traits ? { traits } : {}),
  };
  await db.query(
    `INSERT INTO auth.audit_log_entries (instance_id, id, payload, created_at, ip_address) VALUES ($1, $2, $3, $4, $5)`,
    [instanceId, randomUUID(), JSON.stringify(payload), now, caller.ip.slice(0, 64)],
  );
}

export interface AuditRow {
  id: string;
  payload: Record<string, unknown>;
  created_at: Date;
  ip_address: string;
}

/** @param search `column:value` pairs of the contract's `query`, one column name of the payload and a part of its value. */
export async function listAudit(
  db: Database,
  page: { search: { column: AuditColumn; value: string } | null; limit: number; offset: number },
): Promise<{ entries: AuditRow[]; total: number }> {
  const pattern = page.search === null ? null : `%${page.search.value.replace(/[\\%_]/g, "\\$&")}%`;
  const column = page.search?.column ?? "action";
  const where = "instance_id = $1 AND ($2::text IS NULL OR payload ->> $3 ILIKE $2)";
  const [found, counted] = await Promise.all([
    db.query<AuditRow>(
      `SELECT id, payload, created_at, ip_address FROM auth.audit_log_entries WHERE ${where}
        ORDER BY created_at DESC, id LIMIT $4 OFFSET $5`,
      [instanceId, pattern, column, page.limit, page.offset],
    ),
    db.query<{ total: string }>(`SELECT count(*) AS total FROM auth.audit_log_entries WHERE ${where}`, [
      instanceId,
      pattern,
      column,
    ]),
  ]);
  return { entries: found.rows, total: Number(counted.rows[0]?.total ?? 0) };
}

export const auditColumns = ["actor_username", "actor_name", "action", "log_type"] as const;
export type AuditColumn = (typeof auditColumns)[number];
