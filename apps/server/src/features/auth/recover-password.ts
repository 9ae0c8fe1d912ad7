import { audit } from "../../platform/audit/audit.ts";
import type { Origin } from "../../platform/http/principal.ts";
import { ProblemError } from "../../platform/http/problem.ts";
import { deleteSessions, findUser } from "./auth.queries.ts";
import type { AuthServiceDeps } from "./auth.service.ts";
import type { Caller } from "./identity-client.ts";
import { requireStrongPassword } from "./password-policy.ts";
import { redeem } from "./redeem-link.ts";

/** Every request counts, so that nobody's mailbox is flooded. @throws ProblemError mail_unavailable, rate_limited */
export async function startRecovery(
  deps: AuthServiceDeps,
  email: string,
  caller: Caller,
  origin: Origin,
): Promise<void> {
  if (!deps.mail) {
    throw new ProblemError(
      "mail_unavailable",
      "This server sends no mail. Ask an administrator for a new password; who runs the server can set one with `holdfast user reset-password`.",
    );
  }
  const parts = { account: email, ip: caller.ip };
  await deps.throttle.check("mail", parts);
  try {
    await deps.identity.sendRecovery(email, `${deps.siteUrl}/recover`, caller);
  } finally {
    await deps.throttle.fail("mail", parts);
  }
  await audit(deps.db, origin, { action: "user.recover", targetId: null, detail: { email } });
}

/**
 * A new password for who holds the link, and the end of every session. Nobody is signed in by it: who has a second factor still needs it
 * at the next sign-in.
 * @throws ProblemError link_expired, weak_password, user_disabled, rate_limited
 */
export async function confirmRecovery(
  deps: AuthServiceDeps,
  { tokenHash, password, type }: { tokenHash: string; password: string; type: "recovery" | "invite" },
  caller: Caller,
  origin: Origin,
): Promise<void> {
  // First, so that a password that will not do does not use the link up.
  requireStrongPassword(password, deps.passwordMinLength);
  const grant = await redeem(deps, tokenHash, type, caller);
  if (!grant) throw new ProblemError("link_expired", "This link is for something else. Ask for a new one.");
  const { userId } = grant;
  await deps.identity.updateAccount(userId, { password });
  await deps.db.transaction().execute(async (tx) => {
    await deleteSessions(tx, userId);
    const action = type === "invite" ? "user.accept_invitation" : "user.recovered";
    await audit(tx, { ...origin, actorId: userId }, { action, targetId: userId });
  });
  deps.principals.forget(userId);
  deps.events.publish(userId, { type: "session.ended" });
  const user = await findUser(deps.db, userId);
  await deps.history.record({ userId, email: user?.email ?? "", method: type, outcome: "success" }, caller);
}
