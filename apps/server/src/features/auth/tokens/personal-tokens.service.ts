import type { AccessToken, TokenScope } from "@holdfast/contract";
import { audit } from "../../../platform/audit/audit.ts";
import type { Clock } from "../../../platform/clock.ts";
import type { Database, Tx } from "../../../platform/database/database.ts";
import type { Events } from "../../../platform/events/events.ts";
import { keepAnswer } from "../../../platform/http/idempotency/idempotency.ts";
import type { Origin, Principal } from "../../../platform/http/principal.ts";
import { notFound, ProblemError } from "../../../platform/http/problem.ts";
import { newId } from "../../../platform/ids.ts";
import {
  deleteToken,
  findTokenIds,
  insertToken,
  listTokens,
  lockUser,
  type TokenRow,
} from "./personal-tokens.queries.ts";
import { newPersonalToken } from "./personal-tokens.ts";

const MOST = 100;

export interface NewToken {
  name: string;
  scopes: readonly TokenScope[];
  expiresAt: string | null;
}

export interface PersonalTokensDeps {
  db: Database;
  clock: Clock;
  /** The next request with a token of this user reads the database. */
  principals: { forget(userId: string): void };
  events: Events;
}

export function createPersonalTokensService({ db, clock, principals, events }: PersonalTokensDeps) {
  return {
    async list({ userId }: Principal): Promise<AccessToken[]> {
      const rows = await listTokens.all(db, userId);
      return rows.map(toToken);
    },

    /** @throws ProblemError forbidden, invalid_expiry, conflict */
    async create(
      { userId, role }: Principal,
      request: NewToken,
      origin: Origin,
    ): Promise<AccessToken & { token: string }> {
      const scopes = [...new Set(request.scopes)];
      if (scopes.includes("admin") && role !== "admin") {
        throw new ProblemError("forbidden", "Only an administrator's token can have the scope admin.");
      }
      const now = clock.now();
      const expiresAt = request.expiresAt === null ? null : new Date(request.expiresAt);
      if (expiresAt !== null && expiresAt <= now) {
        throw new ProblemError("invalid_expiry", "The token would have expired already. Choose a later time.");
      }
      const { token, hash } = newPersonalToken();
      const row = {
        id: newId(),
        name: request.name,
        scopes,
        created_at: now,
        expires_at: expiresAt,
        last_used_at: null,
      };
      return db.transaction(async (tx) => {
        await requireRoom(tx, userId);
        await insertToken.all(tx, row.id, userId, row.name, hash, scopes, expiresAt, now);
        const detail = { name: row.name, scopes, expiresAt: request.expiresAt };
        await audit(tx, origin, { action: "token.create", targetId: row.id, detail });
        return keepAnswer(tx, { ...toToken(row), token });
      });
    },

    /** @throws ProblemError not_found */
    async revoke({ userId }: Principal, id: string, origin: Origin): Promise<void> {
      await db.transaction(async (tx) => {
        const gone = await deleteToken.first(tx, id, userId);
        if (!gone) throw notFound();
        await audit(tx, origin, { action: "token.revoke", targetId: id, detail: { name: gone.name } });
      });
      principals.forget(userId);
      events.publish(userId, { type: "session.ended", id });
    },
  };
}

async function requireRoom(tx: Tx, userId: string): Promise<void> {
  await lockUser.all(tx, userId);
  if ((await findTokenIds.count(tx, userId)) < MOST) return;
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
