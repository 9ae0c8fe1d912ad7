import { randomUUID } from "node:crypto";
import type { Database } from "../database.ts";

/** Keeps our own PKCE verifier towards the provider until the browser comes back. */
export async function createClientState(db: Database, provider: string, verifier: string, now: Date): Promise<string> {
  const id = randomUUID();
  await db.query(
    "INSERT INTO auth.oauth_client_states (id, provider_type, code_verifier, created_at) VALUES ($1, $2, $3, $4)",
    [id, provider, verifier, now],
  );
  return id;
}

/** The verifier is taken out, so that a code can be redeemed once. */
export async function takeClientState(db: Database, id: string): Promise<string | undefined> {
  const { rows } = await db.query<{ code_verifier: string }>(
    "DELETE FROM auth.oauth_client_states WHERE id = $1 RETURNING code_verifier",
    [id],
  );
  return rows[0]?.code_verifier;
}
