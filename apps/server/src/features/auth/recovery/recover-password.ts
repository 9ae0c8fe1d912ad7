import { audit } from "../../../platform/audit/audit.ts";
import type { Origin } from "../../../platform/http/principal.ts";
import { ProblemError } from "../../../platform/http/problem.ts";
import type { AuthDeps } from "../auth.deps.ts";
import type { Caller } from "../identity/identity-client.ts";
import { mailedSince } from "../session/mailed-session.ts";
import { deleteSessions } from "../session/sessions.queries.ts";
import { deleteTokens } from "../tokens/personal-tokens.queries.ts";
import { findUser } from "../users/users.queries.ts";
import { redeem } from "./redeem-link.ts";
import { forgetMails } from "./request-mail.ts";

export interface NewPassword {
  tokenHash?: string | undefined;
  accessToken?: string | undefined;
  password: string;
  type: "recovery" | "invite";
}

/**
 * A new password for who holds the link, and the end of every session and access token. Nobody is signed in by it: who has a second factor still needs it
 * at the next sign-in.
 * @throws ProblemError link_expired, weak_password, user_disabled, rate_limited
 */
export async function confirmRecovery(
  deps: AuthDeps,
  { tokenHash, accessToken, password, type }: NewPassword,
  caller: Caller,
  origin: Origin,
): Promise<void> {
  // First, so that a password that will not do does not use the link up.
  await deps.requireStrongPassword(password);
  const userId =
    tokenHash === undefined
      ? await mailedSession(deps, accessToken ?? "", caller)
      : (await redeem(deps, tokenHash, type, caller))?.userId;
  if (!userId) throw new ProblemError("link_expired", "This link is for something else. Ask for a new one.");
  await deps.identity.updateAccount(userId, { password });
  await deps.db.transaction(async (tx) => {
    await deleteSessions.all(tx, userId);
    await deleteTokens.all(tx, userId);
    const action = type === "invite" ? "user.accept_invitation" : "user.recovered";
    await audit(tx, { ...origin, actorId: userId }, { action, targetId: userId });
  });
  deps.principals.forget(userId);
  deps.events.publish(userId, { type: "session.ended" });
  if (type === "recovery") deps.notices.tell({ userId, kind: "password", caller });
  const user = await findUser(deps.db, userId);
  if (user) {
    await forgetMails(deps, user.email);
    // Who reads the mailbox is no guesser: however many guess elsewhere, from this line one can sign in now.
    await deps.throttle.countSuccess("sign-in", { account: user.email, ip: caller.ip });
  }
  await deps.history.record({ userId, email: user?.email ?? "", method: type, outcome: "success" }, caller);
}

const MAILED_SECONDS = 3600;

/**
 * A real Supabase's own mails lead to a session, whose token is in the address. It stands for the link while it is an hour old at most and
 * no password or factor has been shown in it: a token taken from an ordinary session sets no password. It ends with all the others.
 * @returns the person; null where the token is no such one
 */
async function mailedSession(deps: AuthDeps, accessToken: string, caller: Caller): Promise<string | null> {
  const attempt = deps.throttle.attempt("verify", { ip: caller.ip }, async () => {
    const { userId, sessionId } = await deps.verifier.verify(accessToken);
    const oldest = deps.clock.now().getTime() / 1000 - MAILED_SECONDS;
    const state = (mailedSince(accessToken) ?? 0) > oldest ? await deps.principals.stateOf(sessionId, userId) : null;
    if (!state || state.userId !== userId)
      throw new ProblemError("link_expired", "This link has expired or was used before.");
    if (state.disabled) throw new ProblemError("user_disabled", "This account is disabled. Ask an administrator.");
    return { counted: "success", result: userId };
  });
  return attempt.catch((error: unknown) => {
    if (error instanceof ProblemError && error.code === "unauthenticated") return null;
    throw error;
  });
}
