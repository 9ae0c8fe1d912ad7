import { audit } from "../../../platform/audit/audit.ts";
import type { Origin } from "../../../platform/http/principal.ts";
import { ProblemError } from "../../../platform/http/problem.ts";
import type { AuthDeps } from "../auth.deps.ts";
import type { Caller } from "../identity/identity-client.ts";
import { mailAccount } from "../recovery/request-mail.ts";
import type { SignedIn } from "../session/signed-in.ts";
import { openness } from "../settings/sign-in-policy.ts";
import { acceptSession } from "./sign-in.ts";

/**
 * @returns `confirm`: a mail was sent that must be answered first; `approve`: an administrator has to approve the account
 * @throws ProblemError signup_closed, weak_password, email_taken, rate_limited
 */
export async function register(
  deps: AuthDeps,
  email: string,
  password: string,
  caller: Caller,
  origin: Origin,
): Promise<SignedIn | "confirm" | "approve"> {
  const { db, throttle, history, identity } = deps;
  const { signup } = await deps.policy.read();
  if (openness(signup) !== "open") {
    throw new ProblemError("signup_closed", "New accounts are made by an administrator here.");
  }
  const grant = await throttle.attempt("register", { ip: caller.ip }, async () => {
    await deps.requireStrongPassword(password);
    // Every account made counts, not only failures.
    return { counted: "failure", result: await identity.signUp(email, password, caller) };
  });
  const actorId = grant?.userId ?? null;
  await audit(db, { ...origin, actorId }, { action: "user.register", targetId: actorId, detail: { email } });
  if (!grant) {
    // Known or not, and whether a mail was sent or not: the next one takes its time.
    await throttle.countFailure("mail", { account: mailAccount("confirmation", email) });
    return "confirm";
  }
  await history.record({ userId: grant.userId, email, method: "signup", outcome: "success" }, caller);
  try {
    return await acceptSession(deps, grant, email, caller);
  } catch (error) {
    if (!(error instanceof ProblemError) || error.code !== "approval_pending") throw error;
    return "approve";
  }
}
