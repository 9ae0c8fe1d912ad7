import type { AuthDeps } from "../auth.deps.ts";
import type { Caller, Grant } from "../identity/identity-client.ts";
import type { LinkType } from "../identity/identity-mail-calls.ts";

/** Uses a mailed link up. @returns null for the first half of a change of address @throws ProblemError link_expired, user_disabled, rate_limited */
export async function redeem(
  { throttle, identity }: Pick<AuthDeps, "throttle" | "identity">,
  tokenHash: string,
  type: LinkType,
  caller: Caller,
): Promise<Grant | null> {
  return throttle.attempt("verify", { ip: caller.ip }, async () => ({
    counted: "success",
    result: await identity.redeemLink(tokenHash, type, caller),
  }));
}
