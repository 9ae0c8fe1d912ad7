import type { User } from "@holdfast/contract";
import { execute, type Queryable, type Tx } from "../../platform/database/database.ts";
import { decodeCursor, encodeCursor } from "../../platform/listing/cursor.ts";
import { toUser, userColumns } from "../auth/index.ts";

export interface UserPage {
  items: User[];
  nextCursor: string | null;
}

type Row = Parameters<typeof toUser>[0] & { sort_key: string };

/** Users by email address, from behind the cursor; `search` is a part of address or display name. */
export async function listUsers(
  db: Queryable,
  { limit, cursor, search }: { limit: number; cursor: string | undefined; search: string | undefined },
): Promise<UserPage> {
  const after = decodeCursor(cursor, ["string", "string"]);
  const pattern = search ? `%${search.replace(/[\\%_]/g, "\\$&")}%` : null;
  const rows = await execute<Row>(
    db,
    `select ${userColumns}, lower(u.email) as sort_key from holdfast.users u
     where u.deleted_at is null
       and ($1::text is null or u.email ilike $1 or u.display_name ilike $1)
       and ($2::text is null or (lower(u.email), u.id::text) > ($2, $3))
     order by lower(u.email), u.id::text limit $4`,
    [pattern, after?.[0] ?? null, after?.[1] ?? null, limit + 1],
  );
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return {
    items: page.map(toUser),
    nextCursor: rows.length > limit && last ? encodeCursor([last.sort_key, last.id]) : null,
  };
}

/** Is there an active admin besides this one, who can sign in: not one who was only invited? To be asked under the admin lock. */
export async function otherAdminExists(tx: Tx, userId: string, now: Date): Promise<boolean> {
  const rows = await execute(
    tx,
    `select 1 from holdfast.users u where role = 'admin' and deleted_at is null and id <> $1
       and not awaiting_approval and (disabled_until is null or disabled_until <= $2)
       and not exists (select from auth.users where id = u.id and invited_at is not null and email_confirmed_at is null) limit 1`,
    [userId, now],
  );
  return rows.length > 0;
}

export async function setOwnFields(
  tx: Tx,
  id: string,
  { displayName, quotaBytes }: { displayName?: string | null; quotaBytes?: number | null },
): Promise<void> {
  if (displayName === undefined && quotaBytes === undefined) return;
  if (displayName !== undefined)
    await execute(tx, "update holdfast.users set display_name = $2, updated_at = now() where id = $1", [
      id,
      displayName || null,
    ]);
  if (quotaBytes !== undefined)
    await execute(tx, "update holdfast.spaces set quota_bytes = $2 where id = $1 and kind = 'personal'", [
      id,
      quotaBytes,
    ]);
}

/** Users who were deleted and have left something behind: this one, or all. */
export async function listDeletedUsers(db: Queryable, id: string | null): Promise<string[]> {
  const rows = await execute<{ id: string }>(
    db,
    "select id from holdfast.users where deleted_at is not null and ($1::uuid is null or id = $1) order by deleted_at",
    [id],
  );
  return rows.map((row) => row.id);
}

/**
 * Removes everything that is a deleted user's. Links and uploads first, then the tree in one statement, because its rows refer to each other;
 * the rest goes with the user's row. What the bytes were in is swept later, when nobody refers to it any more.
 */
export async function eraseUser(tx: Tx, id: string): Promise<void> {
  const rows = await execute(tx, "select id from holdfast.users where id = $1 and deleted_at is not null for update", [
    id,
  ]);
  if (rows.length === 0) return;
  await execute(tx, "delete from holdfast.sharing_links where user_id = $1", [id]);
  await execute(tx, "delete from holdfast.uploads where user_id = $1", [id]);
  await execute(tx, "delete from holdfast.files where space_id = $1", [id]);
  await execute(tx, "delete from holdfast.users where id = $1", [id]);
}
