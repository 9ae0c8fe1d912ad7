import type { TokenScope } from "@holdfast/contract";
import { statement } from "../../../platform/database/statement.ts";

export interface TokenRow {
  id: string;
  name: string;
  scopes: TokenScope[];
  created_at: Date;
  expires_at: Date | null;
  last_used_at: Date | null;
}

/** Newest first. */
export const listTokens = statement<[userId: string], TokenRow>(
  `select id, name, scopes, created_at, expires_at, last_used_at from holdfast.access_tokens
   where user_id = $1 order by id desc`,
);

export const insertToken = statement<
  [id: string, userId: string, name: string, hash: Buffer, scopes: TokenScope[], expiresAt: Date | null, now: Date]
>(
  `insert into holdfast.access_tokens (id, user_id, name, token_hash, scopes, expires_at, created_at)
   values ($1, $2, $3, $4, $5, $6, $7)`,
);

export const deleteToken = statement<[id: string, userId: string], { name: string }>(
  "delete from holdfast.access_tokens where id = $1 and user_id = $2 returning name",
);

/** Nobody who had the account before holds one of them afterwards. The trigger announces it to every node. */
export const deleteTokens = statement<[userId: string], { id: string }>(
  "delete from holdfast.access_tokens where user_id = $1 returning id",
);

/** So that many requests at once make no more tokens than one after the other would. */
export const lockUser = statement<[id: string], { id: string }>(
  "select id from holdfast.users where id = $1 for update",
);

export const findTokenIds = statement<[userId: string], { id: string }>(
  "select id from holdfast.access_tokens where user_id = $1",
);

export const findTokenByHash = statement<
  [hash: Buffer],
  { id: string; user_id: string; scopes: TokenScope[]; expires_at: Date | null }
>("select id, user_id, scopes, expires_at from holdfast.access_tokens where token_hash = $1");

export const deleteExpiredTokens = statement<[before: Date]>(
  "delete from holdfast.access_tokens where expires_at < $1",
);
