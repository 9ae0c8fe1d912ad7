import { audit } from "../../../platform/audit/audit.ts";
import type { Origin, Principal } from "../../../platform/http/principal.ts";
import { ProblemError } from "../../../platform/http/problem.ts";
import type { AuthDeps } from "../auth.deps.ts";
import type { Caller } from "../identity/identity-client.ts";
import { findChangeOfEmail } from "../notices/activity.queries.ts";
import { withPasswordProof } from "../password/password-proof.ts";
import { endSession } from "../session/end-session.ts";
import { findUser } from "../users/users.queries.ts";
import { redeem } from "./redeem-link.ts";
import { forgetMails } from "./request-mail.ts";

/**
 * Begins a change of address for who knows the password. The address changes once both mailboxes have confirmed; without mail, only an
 * administrator changes one.
 * @throws ProblemError invalid_credentials, email_taken, mail_unavailable, mfa_required, recent_proof_required, rate_limited
 */
export async function changeEmail(
  deps: AuthDeps,
  principal: Principal,
  accessToken: string,
  { email, currentPassword }: { email: string; currentPassword: string },
  caller: Caller,
  origin: Origin,
): Promise<{ email: string; pendingEmail: string | null }> {
  if (!deps.mail) {
    // Nobody could show that the mailbox is theirs, and a sign-in with another service would take the address for proved.
    throw new ProblemError(
      "mail_unavailable",
      "This server sends no mail, so nobody can prove a new address. Ask an administrator to change it.",
    );
  }
  await deps.recentProof.requireWithFactor(principal);
  const page = `${deps.siteUrl.current()}/recover`;
  const parts = { account: principal.userId, ip: caller.ip };
  const now = await withPasswordProof(deps, principal, currentPassword, "email-change", caller, () =>
    // Every change counts, not only failures: each may send mail.
    deps.throttle.attempt("email-change", parts, async () => ({
      counted: "failure",
      result: await deps.identity.changeEmail(accessToken, email, page, caller),
    })),
  );
  const done = now === email;
  deps.principals.forget(principal.userId);
  const detail = { from: principal.email, to: email, done };
  await audit(deps.db, origin, { action: "user.email", targetId: principal.userId, detail });
  if (done) deps.events.publish(principal.userId, { type: "user.changed" });
  return { email: now, pendingEmail: done ? null : email };
}

/** @returns `half` while the other mailbox is still to confirm @throws ProblemError link_expired, email_taken, user_disabled, rate_limited */
export async function confirmEmail(
  deps: AuthDeps,
  { tokenHash, type }: { tokenHash: string; type: "signup" | "email_change" },
  caller: Caller,
  origin: Origin,
): Promise<"confirmed" | "half"> {
  const grant = await redeem(deps, tokenHash, type, caller);
  if (!grant) return "half";
  // A link in a mail confirms an address; it is no way to sign somebody in.
  await endSession(deps, grant, caller);
  deps.principals.forget(grant.userId);
  await audit(
    deps.db,
    { ...origin, actorId: grant.userId },
    { action: "user.confirm", targetId: grant.userId, detail: { type } },
  );
  deps.events.publish(grant.userId, { type: "user.changed" });
  const user = await findUser(deps.db, grant.userId);
  if (user) await forgetMails(deps, user.email);
  if (type === "email_change") {
    const asked = await findChangeOfEmail.first(deps.db, grant.userId);
    deps.notices.tell({ userId: grant.userId, kind: "email", caller, formerEmail: asked?.former ?? null });
  }
  return "confirmed";
}
