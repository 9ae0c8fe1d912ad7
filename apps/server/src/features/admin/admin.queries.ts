import type { User } from "@holdfast/contract";
import type { Queryable, Tx } from "../../platform/database/database.ts";
import { statement } from "../../platform/database/statement.ts";
import { decodeCursor, encodeCursor } from "../../platform/listing/cursor.ts";
import { setDisplayName, toUser, type UserRow, userColumns } from "../auth/index.ts";

export interface UserPage {
  items: User[];
  nextCursor: string | null;
}

/** By email address, from behind `afterEmail` and `afterId`; `pattern` is for address or display name. */
export const listUserRows = statement<
  [pattern: string | null, afterEmail: string | null, afterId: string | null, limit: number],
  UserRow & { sort_key: string }
>(
  `select ${userColumns}, lower(u.email) as sort_key from holdfast.users u
   where u.deleted_at is null
     and ($1::text is null or u.email ilike $1 or u.display_name ilike $1)
     and ($2::text is null or (lower(u.email), u.id::text) > ($2, $3))
   order by lower(u.email), u.id::text limit $4`,
);

/** Users by email address, from behind the cursor; `search` is a part of address or display name. */
export async function listUsers(
  db: Queryable,
  { limit, cursor, search }: { limit: number; cursor: string | undefined; search: string | undefined },
): Promise<UserPage> {
  const [afterEmail, afterId] = decodeCursor(cursor, ["string", "string"]) ?? [null, null];
  const pattern = search ? `%${search.replace(/[\\%_]/g, "\\$&")}%` : null;
  const rows = await listUserRows.all(db, pattern, afterEmail, afterId, limit + 1);
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return {
    items: page.map(toUser),
    nextCursor: rows.length > limit && last ? encodeCursor([last.sort_key, last.id]) : null,
  };
}

/** An active admin besides this one, who can sign in: not one who was only invited. To be asked under the admin lock. */
export const findOtherAdmin = statement<[userId: string, now: Date], { id: string }>(
  `select id from holdfast.users u where role = 'admin' and deleted_at is null and id <> $1
     and not awaiting_approval and (disabled_until is null or disabled_until <= $2)
     and not exists (select from auth.users where id = u.id and invited_at is not null and email_confirmed_at is null) limit 1`,
);

/** Of the user's personal space. */
export const setQuota = statement<[id: string, bytes: number | null]>(
  "update holdfast.spaces set quota_bytes = $2 where id = $1 and kind = 'personal'",
);

/** What is given of name and quota. */
export async function setOwnFields(
  tx: Tx,
  id: string,
  { displayName, quotaBytes }: { displayName?: string | null; quotaBytes?: number | null },
): Promise<void> {
  if (displayName !== undefined) await setDisplayName.count(tx, id, displayName || null);
  if (quotaBytes !== undefined) await setQuota.count(tx, id, quotaBytes);
}

/** Users who were deleted and have left something behind: this one, or all. */
export const listDeletedUsers = statement<[id: string | null], { id: string }>(
  "select id from holdfast.users where deleted_at is not null and ($1::uuid is null or id = $1) order by deleted_at",
);

export const lockDeletedUser = statement<[id: string], { id: string }>(
  "select id from holdfast.users where id = $1 and deleted_at is not null for update",
);
export const deleteLinksOf = statement<[userId: string]>("delete from holdfast.sharing_links where user_id = $1");
export const deleteUploadsOf = statement<[userId: string]>("delete from holdfast.uploads where user_id = $1");
export const deleteFilesOf = statement<[spaceId: string]>("delete from holdfast.files where space_id = $1");
export const deleteUserRow = statement<[id: string]>("delete from holdfast.users where id = $1");

/**
 * Removes everything that is a deleted user's. Links and uploads first, then the tree in one statement, because its rows refer to each other;
 * the rest goes with the user's row. What the bytes were in is swept later, when nobody refers to it any more.
 */
export async function eraseUser(tx: Tx, id: string): Promise<void> {
  if (!(await lockDeletedUser.first(tx, id))) return;
  await deleteLinksOf.all(tx, id);
  await deleteUploadsOf.all(tx, id);
  await deleteFilesOf.all(tx, id);
  await deleteUserRow.all(tx, id);
}
