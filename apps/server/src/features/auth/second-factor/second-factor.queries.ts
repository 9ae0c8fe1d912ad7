import { execute, type Queryable } from "../../../platform/database/database.ts";

export interface FactorRow {
  id: string;
  friendly_name: string | null;
  created_at: Date;
  last_challenged_at: Date | null;
}

/** Oldest first. Other kinds than TOTP may come with a real Supabase; they are not ours to offer, but they can be removed. */
export function listFactorRows(db: Queryable, userId: string, kind: "totp" | "any" = "any"): Promise<FactorRow[]> {
  return execute<FactorRow>(
    db,
    `select id, friendly_name, created_at, last_challenged_at from auth.mfa_factors
     where user_id = $1 and status = 'verified' and ($2 = 'any' or factor_type = 'totp') order by created_at, id`,
    [userId, kind],
  );
}

export async function factorExists(db: Queryable, userId: string, factorId: string): Promise<boolean> {
  const rows = await execute(db, "select from auth.mfa_factors where id = $1 and user_id = $2", [factorId, userId]);
  return rows.length > 0;
}

export async function markRecovered(db: Queryable, sessionId: string, userId: string, now: Date): Promise<void> {
  await execute(
    db,
    `insert into holdfast.recovered_sessions (session_id, user_id, created_at) values ($1, $2, $3)
     on conflict (session_id) do nothing`,
    [sessionId, userId, now],
  );
}

/** Does the policy ask this person for a second factor? */
export async function isFactorRequired(db: Queryable, role: "admin" | "user"): Promise<boolean> {
  const rows = await execute<{ value: string }>(db, "select value from holdfast.settings where key = 'second-factor'");
  return rows[0]?.value === "everybody" || (rows[0]?.value === "admins" && role === "admin");
}
