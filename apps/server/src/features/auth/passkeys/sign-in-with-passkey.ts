import type { PasskeyAnswer } from "@holdfast/contract";
import { ProblemError } from "../../../platform/http/problem.ts";
import type { AuthDeps } from "../auth.deps.ts";
import type { Caller } from "../identity/identity-client.ts";
import { noteSignIn } from "../notices/new-device.ts";
import type { SignedIn } from "../session/signed-in.ts";
import { acceptSession } from "../sign-in/sign-in.ts";
import { findCredentialOwner } from "../webauthn/passkeys.queries.ts";

/**
 * The passkey says whose it is, and stands for password and second factor. With a Supabase, which lets one be used without a PIN or a finger,
 * the second step follows for who has another factor.
 *
 * @throws ProblemError passkey_refused, passkey_challenge_expired, user_disabled, email_not_confirmed, approval_pending, mfa_required,
 *   rate_limited
 */
export async function signInWithPasskey(
  deps: AuthDeps,
  { challengeId, credential }: PasskeyAnswer,
  caller: Caller,
): Promise<SignedIn> {
  const { throttle, identity, history } = deps;
  let owner: { id: string; email: string } | undefined;
  try {
    const { grant, email } = await throttle.attempt("passkey", { ip: caller.ip }, async () => ({
      counted: "success",
      result: await identity.signInWithPasskey(challengeId, credential, caller),
    }));
    owner = { id: grant.userId, email };
    const entry = { userId: grant.userId, email, method: "passkey" };
    const signedIn = await acceptSession(deps, grant, email, caller, () => noteSignIn(deps, entry, caller));
    // From now on guesses from elsewhere do not keep this account waiting in this network.
    await throttle.countSuccess("sign-in", { account: email, ip: caller.ip });
    return signedIn;
  } catch (error) {
    owner ??= await ownerOf(deps, credential, error);
    if (owner) await history.recordFailure(owner.email, "passkey", error, caller);
    throw error;
  }
}

/** Whose history a refusal belongs to: a copied passkey is worth knowing of. What names no passkey of ours is nobody's. */
async function ownerOf({ db, remote }: AuthDeps, { id }: Record<string, unknown>, error: unknown) {
  const known = error instanceof ProblemError && error.code !== "rate_limited" && error.status < 500;
  if (!known || remote || typeof id !== "string" || id.length > 2048) return undefined;
  return findCredentialOwner.first(db, Buffer.from(id, "base64url"));
}
