import { createHash, randomUUID, timingSafeEqual } from "node:crypto";
import type { Database } from "../database.ts";
import { badRequest } from "../errors.ts";

export interface PkceChallenge {
  challenge: string;
  challengeMethod: "s256" | "plain";
}

/**
 * The challenge that a client sends with a request whose answer comes by mail or through a provider. Null in the implicit
 * flow.
 *
 * @throws IdentityError 400 validation_failed
 */
export function readChallenge(body: { code_challenge: string; code_challenge_method: string }): PkceChallenge | null {
  const { code_challenge: challenge, code_challenge_method: method } = body;
  if (challenge === "" && method === "") return null;
  if (challenge === "" || method === "") {
    throw badRequest("validation_failed", "PKCE flow requires code_challenge_method and code_challenge");
  }
  if (!/^[A-Za-z0-9._~-]{43,128}$/.test(challenge)) {
    throw badRequest(
      "validation_failed",
      "code challenge has to be between 43 and 128 characters of A-Z a-z 0-9 - . _ ~",
    );
  }
  const challengeMethod = method.toLowerCase();
  if (challengeMethod !== "s256" && challengeMethod !== "plain") {
    throw badRequest("validation_failed", `unsupported code_challenge method "${method}"`);
  }
  return { challenge, challengeMethod };
}

export function answersChallenge(flow: FlowRecord, verifier: string): boolean {
  const derived =
    flow.code_challenge_method === "s256" ? createHash("sha256").update(verifier).digest("base64url") : verifier;
  const [actual, expected] = [Buffer.from(derived), Buffer.from(flow.code_challenge ?? "")];
  return actual.length === expected.length && timingSafeEqual(actual, expected);
}

export interface FlowRecord {
  id: string;
  user_id: string | null;
  auth_code: string | null;
  code_challenge: string | null;
  code_challenge_method: "s256" | "plain" | null;
  provider_type: string;
  provider_access_token: string | null;
  provider_refresh_token: string | null;
  authentication_method: string;
  created_at: Date;
  auth_code_issued_at: Date | null;
  referrer: string | null;
  invite_token: string | null;
  oauth_client_state_id: string | null;
  linking_target_id: string | null;
}

export interface NewFlow extends Partial<PkceChallenge> {
  userId: string | null;
  method: string;
  provider: string;
  referrer?: string | null;
  inviteToken?: string | null;
  clientStateId?: string | null;
  linkingTargetId?: string | null;
  now: Date;
}

/** The auth code exists from the start, and counts once it has been handed to the browser. */
export async function createFlow(db: Database, flow: NewFlow): Promise<string> {
  const id = randomUUID();
  await db.query(
    `INSERT INTO auth.flow_state (id, user_id, auth_code, code_challenge_method, code_challenge, provider_type,
       authentication_method, referrer, oauth_client_state_id, linking_target_id, invite_token, created_at, updated_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12)`,
    [
      id,
      flow.userId,
      flow.challenge ? randomUUID() : null,
      flow.challengeMethod ?? null,
      flow.challenge ?? null,
      flow.provider,
      flow.method,
      flow.referrer ?? null,
      flow.clientStateId ?? null,
      flow.linkingTargetId ?? null,
      flow.inviteToken ?? null,
      flow.now,
    ],
  );
  return id;
}

/** Locks the row, so that a code is redeemed once. */
export async function findFlowByCode(db: Database, code: string): Promise<FlowRecord | undefined> {
  const { rows } = await db.query<FlowRecord>("SELECT * FROM auth.flow_state WHERE auth_code = $1 FOR UPDATE", [code]);
  return rows[0];
}

export async function findFlowById(db: Database, id: string): Promise<FlowRecord | undefined> {
  const { rows } = await db.query<FlowRecord>("SELECT * FROM auth.flow_state WHERE id = $1 FOR UPDATE", [id]);
  return rows[0];
}

/** The newest flow that a person's mail of this kind belongs to. */
export async function findFlowOfUser(db: Database, userId: string, method: string): Promise<FlowRecord | undefined> {
  const { rows } = await db.query<FlowRecord>(
    `SELECT * FROM auth.flow_state WHERE user_id = $1 AND authentication_method = $2 AND auth_code IS NOT NULL
      ORDER BY created_at DESC LIMIT 1 FOR UPDATE`,
    [userId, method],
  );
  return rows[0];
}

export async function markCodeIssued(db: Database, flowId: string, userId: string, now: Date): Promise<void> {
  await db.query("UPDATE auth.flow_state SET auth_code_issued_at = $2, updated_at = $2, user_id = $3 WHERE id = $1", [
    flowId,
    now,
    userId,
  ]);
}

export async function keepProviderTokens(db: Database, flowId: string, access: string, refresh: string): Promise<void> {
  await db.query("UPDATE auth.flow_state SET provider_access_token = $2, provider_refresh_token = $3 WHERE id = $1", [
    flowId,
    access,
    refresh,
  ]);
}

export async function deleteFlow(db: Database, id: string): Promise<void> {
  await db.query("DELETE FROM auth.flow_state WHERE id = $1", [id]);
}

/** Flows that nobody came back for: with another service after an hour, by mail after a day. */
export async function deleteOldFlows(db: Database, now: Date): Promise<void> {
  const before = (hours: number) => new Date(now.getTime() - hours * 3_600_000);
  await db.query(
    "DELETE FROM auth.flow_state WHERE created_at < $1 AND (authentication_method = 'oauth' OR created_at < $2)",
    [before(1), before(24)],
  );
  await db.query("DELETE FROM auth.oauth_client_states WHERE created_at < $1", [before(1)]);
}
