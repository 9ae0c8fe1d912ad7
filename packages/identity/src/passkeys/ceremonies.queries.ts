import { randomUUID } from "node:crypto";
import type { Database } from "../database.ts";
import type { Ceremony } from "../webauthn/ceremony.ts";

type CeremonyType = "registration" | "authentication";

/** Keeps a ceremony for its second request; what ran out before goes, so that asking again and again fills nothing. */
export async function insertCeremony(
  db: Database,
  begun: { userId: string | null; type: CeremonyType; ceremony: Ceremony; now: Date },
): Promise<string> {
  const id = randomUUID();
  await db.query(
    `WITH old AS (
       DELETE FROM auth.webauthn_challenges WHERE id IN (
         SELECT id FROM auth.webauthn_challenges WHERE expires_at < $5 ORDER BY expires_at LIMIT 20 FOR UPDATE SKIP LOCKED)
     )
     INSERT INTO auth.webauthn_challenges (id, user_id, challenge_type, session_data, created_at, expires_at)
     VALUES ($1, $2, $3, $4, $5, $6)`,
    [id, begun.userId, begun.type, JSON.stringify(begun.ceremony), begun.now, begun.ceremony.expires],
  );
  return id;
}

/** Each is good for one answer, right or wrong. @param userId whose it is; null where nobody was known when it began */
export async function takeCeremony(
  db: Database,
  id: string,
  type: CeremonyType,
  userId: string | null,
): Promise<{ ceremony: Ceremony; expiresAt: Date } | undefined> {
  const { rows } = await db.query<{ session_data: Ceremony; expires_at: Date }>(
    `DELETE FROM auth.webauthn_challenges WHERE id = $1 AND challenge_type = $2 AND user_id IS NOT DISTINCT FROM $3
     RETURNING session_data, expires_at`,
    [id, type, userId],
  );
  return rows[0] && { ceremony: rows[0].session_data, expiresAt: rows[0].expires_at };
}
