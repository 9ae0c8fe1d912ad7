import type { Invitation, Role } from "@holdfast/contract";
import { execute, type Queryable, type Tx } from "../../platform/database/database.ts";
import { decodeCursor, encodeCursor } from "../../platform/listing/cursor.ts";

/** Of `auth.users a`, in both modes: invited, and not taken up. Taking an invitation up confirms the address. */
const open = "a.invited_at is not null and a.email_confirmed_at is null and a.deleted_at is null";

interface Row {
  id: string;
  email: string;
  display_name: string | null;
  role: Role;
  quota_bytes: number | null;
  sent_at: Date;
  sort_key: string;
  sender_id: string | null;
  sender_email: string | null;
  sender_name: string | null;
  by_mail: boolean | null;
  expires_at: Date | null;
}

/** Newest first, from behind the cursor. */
export async function listInvitations(
  db: Queryable,
  { limit, cursor }: { limit: number; cursor: string | undefined },
): Promise<{ items: Invitation[]; nextCursor: string | null }> {
  const after = decodeCursor(cursor, ["time", "id"]);
  const rows = await execute<Row>(
    db,
    `select * from (
       select u.id, u.email, u.display_name, u.role, (select quota_bytes from holdfast.spaces where id = u.id) as quota_bytes, i.by_mail, i.expires_at,
         greatest(i.sent_at, a.invited_at) as sent_at, to_json(greatest(i.sent_at, a.invited_at))#>>'{}' as sort_key,
         s.id as sender_id, s.email as sender_email, s.display_name as sender_name
       from auth.users a join holdfast.users u on u.id = a.id
         left join holdfast.invitations i on i.user_id = u.id
         left join holdfast.users s on s.id = i.sent_by and s.deleted_at is null
       where ${open} and u.deleted_at is null) found
     where $1::timestamptz is null or (sent_at, id) < ($1, $2::uuid)
     order by sent_at desc, id desc limit $3`,
    [after?.[0] ?? null, after?.[1] ?? null, limit + 1],
  );
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return {
    items: page.map(toInvitation),
    nextCursor: rows.length > limit && last ? encodeCursor([last.sort_key, last.id]) : null,
  };
}

const toInvitation = (row: Row): Invitation => ({
  id: row.id,
  email: row.email,
  displayName: row.display_name,
  role: row.role,
  quotaBytes: row.quota_bytes,
  sentAt: row.sent_at.toISOString(),
  sentBy:
    row.sender_id === null ? null : { id: row.sender_id, email: row.sender_email ?? "", displayName: row.sender_name },
  byMail: row.by_mail,
  expiresAt: row.expires_at?.toISOString() ?? null,
});

/** @returns the address; null where there is no such invitation, or it was taken up */
export async function findInvitedEmail(db: Queryable, id: string): Promise<string | null> {
  const rows = await execute<{ email: string }>(db, `select a.email from auth.users a where a.id = $1 and ${open}`, [
    id,
  ]);
  return rows[0]?.email ?? null;
}

/**
 * Whether the account was invited, and nothing was noted of it here: whoever invited it was cut off in between, and has got no link. To invite
 * it again finishes that.
 */
export async function isHalfMade(db: Queryable, id: string): Promise<boolean> {
  const rows = await execute(
    db,
    `select from auth.users a where a.id = $1 and ${open} and not exists (select from holdfast.invitations where user_id = a.id)`,
    [id],
  );
  return rows.length > 0;
}

export async function saveInvitation(
  tx: Tx,
  id: string,
  {
    sentBy,
    byMail,
    sentAt,
    expiresAt,
  }: { sentBy: string | null; byMail: boolean; sentAt: Date; expiresAt: Date | null },
): Promise<void> {
  await execute(
    tx,
    `insert into holdfast.invitations (user_id, sent_by, by_mail, sent_at, expires_at) values ($1, $2, $3, $4, $5)
     on conflict (user_id) do update set sent_by = excluded.sent_by, by_mail = excluded.by_mail, sent_at = excluded.sent_at,
       expires_at = excluded.expires_at`,
    [id, sentBy, byMail, sentAt, expiresAt],
  );
}

/**
 * From here on no link opens this account, so that it can be deleted without taking it from somebody who has just come in.
 * @returns false where it was taken up before, or is none
 */
export async function voidInvitation(tx: Tx, id: string): Promise<boolean> {
  const rows = await execute(
    tx,
    `update auth.users a set confirmation_token = '' where a.id = $1 and ${open} returning 1`,
    [id],
  );
  if (rows.length === 0) return false;
  await execute(tx, "delete from auth.one_time_tokens where user_id = $1", [id]);
  return true;
}
