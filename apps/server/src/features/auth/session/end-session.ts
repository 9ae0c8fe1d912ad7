import type { Caller, Grant, IdentityClient } from "../identity/identity-client.ts";

/**
 * Ends a session that was made and is not handed out: it was refused, or only a check. Where that fails nothing is lost: nobody has its
 * tokens.
 */
export async function endSession(
  { identity }: { identity: Pick<IdentityClient, "signOut"> },
  grant: Pick<Grant, "accessToken">,
  caller: Caller,
): Promise<void> {
  await identity.signOut(grant.accessToken, "local", caller).catch(() => {});
}
