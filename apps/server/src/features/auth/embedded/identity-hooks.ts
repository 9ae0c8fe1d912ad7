import type { IdentityHooks, ThrottledAction } from "@holdfast/identity";
import { audit } from "../../../platform/audit/audit.ts";
import type { Database } from "../../../platform/database/database.ts";
import { ProblemError } from "../../../platform/http/problem.ts";
import type { LoginHistory } from "../history/login-history.ts";
import type { SecurityNotices } from "../notices/security-notices.ts";
import type { SignInPolicy } from "../settings/sign-in-policy.ts";
import type { Throttle } from "../throttle/throttle.ts";
import type { ThrottleAction } from "../throttle/throttle-policy.ts";
import { deleteTokens } from "../tokens/personal-tokens.queries.ts";

/** Which of our counts an action of the contract is judged by; the rest is left to the service's own limits. */
const actions: Partial<Record<ThrottledAction, ThrottleAction>> = {
  sign_in: "sign-in",
  sign_up: "register",
  verify: "verify",
  mfa: "mfa",
};

/** As the audit calls them when they are made at our own endpoints. */
const changes = {
  password: "user.password",
  email: "user.email",
  factor_added: "factor.add",
  factor_removed: "factor.remove",
} as const;

/** By what a sign-in event is counted. */
const methods: Record<string, ThrottleAction> = { password: "sign-in", otp: "verify", totp: "mfa" };

/** Our throttle and history for requests to `/auth/v1`: the same counts as at our own endpoints, so that two ways in are not twice the attempts. */
export function createIdentityHooks(
  throttle: () => Throttle,
  history: LoginHistory,
  policy: SignInPolicy,
  db: Database,
  notices: SecurityNotices,
): IdentityHooks {
  return {
    // By trusted networks too, which a count of the service's own would spoil.
    countsAccountsOf: ["sign_in"],
    async beforeSignUp() {
      await policy.read();
      return undefined;
    },
    async throttle({ action, account, ip }) {
      const ours = actions[action];
      if (!ours) return 0;
      try {
        await throttle().peek(ours, { ip, ...(account ? { account } : {}) });
        return 0;
      } catch (error) {
        if (!(error instanceof ProblemError) || error.code !== "rate_limited") throw error;
        if (ours === "sign-in" && account) {
          const entry = { userId: null, sessionId: null, email: account, method: "password", ip, userAgent: null };
          await history.recordEvent({ ...entry, outcome: "over_request_rate_limit" });
        }
        return Number(error.headers["retry-after"]);
      }
    },
    async onSecurityChange({ userId, kind, formerEmail, ip, userAgent }) {
      await audit(db, { actorId: userId, ip, requestId: null }, { action: changes[kind], targetId: userId });
      notices.tell({ userId, kind, formerEmail, caller: { ip, userAgent } });
    },
    async onPasswordReset(userId) {
      await deleteTokens.all(db, userId);
    },
    async onSignIn(event) {
      await history.recordEvent(event);
      const action = methods[event.method];
      // As the service names it when it asks.
      const account = event.method === "totp" ? event.userId : event.email;
      if (!action) return;
      const parts = { ip: event.ip, ...(account ? { account } : {}) };
      if (event.outcome === "success") await throttle().countSuccess(action, parts);
      else await throttle().countFailure(action, parts);
    },
  };
}
