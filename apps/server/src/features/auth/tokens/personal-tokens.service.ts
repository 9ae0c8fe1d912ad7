import type { AccessToken, TokenScope } from "@holdfast/contract";
import { audit } from "../../../platform/audit/audit.ts";
import { execute, type Tx } from "../../../platform/database/database.ts";
import { keepAnswer } from "../../../platform/http/idempotency.ts";
import type { Origin, Principal } from "../../../platform/http/principal.ts";
import { notFound, ProblemError } from "../../../platform/http/problem.ts";
import { newId } from "../../../platform/ids.ts";
import type { AuthServiceDeps } from "../sign-in/sign-in.ts";
import { newPersonalToken } from "./personal-tokens.ts";

const MOST = 100;

interface TokenRow {
  id: string;
  name: string;
  scopes: TokenScope[];
  created_at: Date;
  expires_at: Date | null;
  last_used_at: Date | null;
}

export interface NewToken {
  name: string;
  scopes: readonly TokenScope[];
  expiresAt: string | null;
}

export type PersonalTokensService = ReturnType<typeof createPersonalTokensService>;

export function createPersonalTokensService({
  db,
  clock,
  principals,
  events,
}: Pick<AuthServiceDeps, "db" | "clock" | "principals" | "events">) {
  return {
    async list({ userId }: Principal): Promise<AccessToken[]> {
      const rows = await execute<TokenRow>(
        db,
        `select id, name, scopes, created_at, expires_at, last_used_at from holdfast.access_tokens
         where user_id = $1 order by id desc`,
        [userId],
      );
      return rows.map(toToken);
    },

    /** @throws ProblemError forbidden, invalid_expiry, conflict */
    async create(
      { userId, role }: Principal,
      wish: NewToken,
      origin: Origin,
    ): Promise<AccessToken & { token: string }> {
      const scopes = [...new Set(wish.scopes)];
      if (scopes.includes("admin") && role !== "admin") {
        throw new ProblemError("forbidden", "Only an administrator's token can have the scope admin.");
      }
      const now = clock.now();
      const expiresAt = wish.expiresAt === null ? null : new Date(wish.expiresAt);
      if (expiresAt !== null && expiresAt <= now) {
        throw new ProblemError("invalid_expiry", "The token would have expired already. Choose a later time.");
      }
      const { token, hash } = newPersonalToken();
      const row = { id: newId(), name: wish.name, scopes, created_at: now, expires_at: expiresAt, last_used_at: null };
      return db.transaction(async (tx) => {
        await requireRoom(tx, userId);
        await execute(
          tx,
          `insert into holdfast.access_tokens (id, user_id, name, token_hash, scopes, expires_at, created_at)
           values ($1, $2, $3, $4, $5, $6, $7)`,
          [row.id, userId, row.name, hash, scopes, expiresAt, now],
        );
        const detail = { name: row.name, scopes, expiresAt: wish.expiresAt };
        await audit(tx, origin, { action: "token.create", targetId: row.id, detail });
        return keepAnswer(tx, { ...toToken(row), token });
      });
    },

    /** @throws ProblemError not_found */
    async revoke({ userId }: Principal, id: string, origin: Origin): Promise<void> {
      await db.transaction(async (tx) => {
        const gone = await execute<{ name: string }>(
          tx,
          "delete from holdfast.access_tokens where id = $1 and user_id = $2 returning name",
          [id, userId],
        );
        if (!gone[0]) throw notFound();
        await audit(tx, origin, { action: "token.revoke", targetId: id, detail: { name: gone[0].name } });
      });
      principals.forget(userId);
      events.publish(userId, { type: "session.ended", id });
    },
  };
}

/** The user's row is locked, so that many requests at once make no more than one after the other would. */
async function requireRoom(tx: Tx, userId: string): Promise<void> {
  await execute(tx, "select from holdfast.users where id = $1 for update", [userId]);
  const rows = await execute(tx, "select from holdfast.access_tokens where user_id = $1", [userId]);
  if (rows.length < MOST) return;
  throw new ProblemError("conflict", `There can be ${MOST} tokens. Revoke one that is not used any more.`);
}

function toToken(row: TokenRow): AccessToken {
  return {
    id: row.id,
    name: row.name,
    scopes: row.scopes,
    createdAt: row.created_at.toISOString(),
    expiresAt: row.expires_at?.toISOString() ?? null,
    lastUsedAt: row.last_used_at?.toISOString() ?? null,
  };
}
