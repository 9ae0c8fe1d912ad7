import { ProblemError } from "../../../platform/http/problem.ts";
import type { AuthDeps } from "../auth.deps.ts";
import type { Caller, Grant } from "../identity/identity-client.ts";
import type { PasskeyQuestion } from "../identity/identity-passkey-calls.ts";
import { endSession } from "../session/end-session.ts";
import { listCredentials } from "./passkeys.queries.ts";

type AssertDeps = Pick<AuthDeps, "db" | "identity" | "remote">;

/** What a browser needs to use a passkey of this user; null where they have none. */
export async function beginAssertion(
  { db, identity, remote }: AssertDeps,
  userId: string,
  caller: Caller,
): Promise<PasskeyQuestion | null> {
  if (remote) return identity.beginPasskeySignIn(caller);
  const known = await listCredentials.all(db, userId);
  if (known.length === 0) return null;
  const { challengeId, options } = await identity.beginPasskeySignIn(caller);
  const allowCredentials = known.map(({ credential_id, transports }) => ({
    ...{ type: "public-key", id: credential_id.toString("base64url"), transports },
  }));
  return { challengeId, options: { ...options, allowCredentials } };
}

/**
 * Proves that who asks holds a passkey of this user and has unlocked it. The contract checks a passkey only by signing in: what comes back is
 * that new session, which the caller hands out or ends.
 *
 * @throws ProblemError passkey_refused, passkey_challenge_expired
 */
export async function assertPasskey(
  deps: AssertDeps,
  userId: string,
  { challengeId, credential }: { challengeId: string; credential: Record<string, unknown> },
  caller: Caller,
): Promise<Grant> {
  const { grant } = await deps.identity.signInWithPasskey(challengeId, credential, caller);
  if (grant.userId === userId) return grant;
  await endSession(deps, grant, caller);
  throw new ProblemError("passkey_refused", "This passkey belongs to another account. Use one of this account.");
}
