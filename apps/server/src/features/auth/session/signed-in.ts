import type { User } from "@holdfast/contract";
import { ProblemError } from "../../../platform/http/problem.ts";
import type { AuthDeps } from "../auth.deps.ts";
import type { Grant } from "../identity/identity-client.ts";
import { findUser } from "../users/users.queries.ts";

/** A session's tokens with the user whose it is. */
export interface SignedIn {
  grant: Grant;
  user: User;
}

/** @throws ProblemError session_ended, user_disabled, approval_pending, mfa_required */
export async function signedIn(
  { db, verifier, authenticator }: Pick<AuthDeps, "db" | "verifier" | "authenticator">,
  grant: Grant,
): Promise<SignedIn> {
  await authenticator.principalOf(await verifier.verify(grant.accessToken));
  const user = await findUser(db, grant.userId);
  if (!user) throw new ProblemError("session_ended", "The session has ended. Sign in again.");
  return { grant, user };
}
