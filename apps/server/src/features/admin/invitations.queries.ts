import type { Invitation, Role } from "@holdfast/contract";
import type { Queryable, Tx } from "../../platform/database/database.ts";
import { statement } from "../../platform/database/statement.ts";
import { decodeCursor, encodeCursor } from "../../platform/listing/cursor.ts";

/** Of `auth.users a`, in both modes: invited, and not accepted. Accepting confirms the address. */
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

/** Newest first, from behind `afterSent` and `afterId`. */
export const listInvitationRows = statement<[afterSent: string | null, afterId: string | null, limit: number], Row>(
  `select found.id, found.email, found.display_name, found.role, found.quota_bytes, found.by_mail, found.expires_at, found.sent_at,
     found.sort_key, found.sender_id, found.sender_email, found.sender_name
   from (
     select u.id, u.email, u.display_name, u.role, (select quota_bytes from holdfast.spaces where id = u.id) as quota_bytes, i.by_mail, i.expires_at,
       greatest(i.sent_at, a.invited_at) as sent_at, to_json(greatest(i.sent_at, a.invited_at))#>>'{}' as sort_key,
       s.id as sender_id, s.email as sender_email, s.display_name as sender_name
     from auth.users a join holdfast.users u on u.id = a.id
       left join holdfast.invitations i on i.user_id = u.id
       left join holdfast.users s on s.id = i.sent_by and s.deleted_at is null
     where ${open} and u.deleted_at is null) found
   where $1::timestamptz is null or (sent_at, id) < ($1, $2::uuid)
   order by sent_at desc, id desc limit $3`,
);

/** Newest first, from behind the cursor. */
export async function listInvitations(
  db: Queryable,
  { limit, cursor }: { limit: number; cursor: string | undefined },
): Promise<{ items: Invitation[]; nextCursor: string | null }> {
  const [afterSent, afterId] = decodeCursor(cursor, ["time", "id"]) ?? [null, null];
  const rows = await listInvitationRows.all(db, afterSent, afterId, limit + 1);
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

/** None where there is no such invitation, or it was accepted. */
export const findInvitation = statement<[id: string], { email: string | null }>(
  `select a.email from auth.users a where a.id = $1 and ${open}`,
);

/**
 * An account that was invited while nothing was noted of it here: the request was cut off in between, and nobody has got a link. To invite
 * it again finishes that.
 */
export const findHalfMadeInvitation = statement<[id: string], { id: string }>(
  `select a.id from auth.users a
   where a.id = $1 and ${open} and not exists (select from holdfast.invitations where user_id = a.id)`,
);

export const saveInvitation = statement<
  [id: string, sentBy: string | null, byMail: boolean, sentAt: Date, expiresAt: Date | null]
>(
  `insert into holdfast.invitations (user_id, sent_by, by_mail, sent_at, expires_at) values ($1, $2, $3, $4, $5)
   on conflict (user_id) do update set sent_by = excluded.sent_by, by_mail = excluded.by_mail, sent_at = excluded.sent_at,
     expires_at = excluded.expires_at`,
);

export const clearConfirmationToken = statement<[id: string]>(
  `update auth.users a set confirmation_token = '' where a.id = $1 and ${open}`,
);

export const deleteOneTimeTokens = statement<[userId: string]>("delete from auth.one_time_tokens where user_id = $1");

/**
 * From here on no link opens this account, so that it can be deleted without taking it from a user who has just accepted.
 * @returns false where it was accepted before, or is none
 */
export async function voidInvitation(tx: Tx, id: string): Promise<boolean> {
  if ((await clearConfirmationToken.count(tx, id)) === 0) return false;
  await deleteOneTimeTokens.all(tx, id);
  return true;
}
