import type { User } from "@holdfast/contract";
import type { Queryable } from "../../../platform/database/database.ts";
import { statement } from "../../../platform/database/statement.ts";

export interface UserRow {
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

export const findUserRow = statement<[id: string], UserRow>(
  `select ${userColumns} from holdfast.users u where u.id = $1 and u.deleted_at is null`,
);

/** @returns null for an unknown or deleted user */
export async function findUser(db: Queryable, id: string): Promise<User | null> {
  const row = await findUserRow.first(db, id);
  return row ? toUser(row) : null;
}

export const findUserByEmail = statement<[email: string], { id: string }>(
  "select id from holdfast.users where lower(email) = lower($1) and deleted_at is null order by created_at limit 1",
);

export async function findUserIdByEmail(db: Queryable, email: string): Promise<string | null> {
  return (await findUserByEmail.first(db, email))?.id ?? null;
}

export const findAnyAdmin = statement<[], { id: string }>(
  "select id from holdfast.users where role = 'admin' and deleted_at is null limit 1",
);

/** Is there an administrator, or one that could be enabled again? */
export async function adminExists(db: Queryable): Promise<boolean> {
  return (await findAnyAdmin.first(db)) !== undefined;
}

export const setDisplayName = statement<[id: string, displayName: string | null]>(
  "update holdfast.users set display_name = $2, updated_at = now() where id = $1",
);

/** A user whom an administrator made, invited or accepted does not wait any longer. */
export const approveUser = statement<[id: string]>(
  "update holdfast.users set awaiting_approval = false where id = $1 and awaiting_approval",
);

/** Whether the identity service's tables have this account. */
export const findAccount = statement<[id: string], { id: string }>("select id from auth.users where id = $1");
