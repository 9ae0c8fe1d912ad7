import type { IdentityHooks, ThrottledAction } from "@holdfast/identity";
import { audit } from "../../../platform/audit/audit.ts";
import type { Database } from "../../../platform/database/database.ts";
import { ProblemError } from "../../../platform/http/problem.ts";
import type { LoginHistory } from "../history/login-history.ts";
import type { SecurityNotices } from "../notices/security-notices.ts";
import { isKeyRevoked } from "../service-keys/service-keys.ts";
import type { SignInPolicy } from "../settings/sign-in-policy.ts";
import type { Outcome, Throttle } from "../throttle/throttle.ts";
import type { ThrottleAction } from "../throttle/throttle-policy.ts";
import { deleteTokens } from "../tokens/personal-tokens.queries.ts";

/** Which of our counts an action of the contract is judged by; the rest is left to the service's own limits. */
const actions: Partial<Record<ThrottledAction, ThrottleAction>> = {
  sign_in: "sign-in",
  sign_up: "register",
  verify: "verify",
  mfa: "mfa",
  passkey: "passkey",
};

/** As the audit calls them when they are made at our own endpoints. */
const changes = {
  password: "user.password",
  email: "user.email",
  factor_added: "factor.add",
  factor_removed: "factor.remove",
  passkey_added: "passkey.add",
  passkey_removed: "passkey.remove",
} as const;
/** Our throttle and history for requests to `/auth/v1`: the same counts as at our own endpoints, so that two ways in are not twice the attempts. */
export function createIdentityHooks(
  db: Database,
  throttle: () => Throttle,
  history: LoginHistory,
  policy: SignInPolicy,
  notices: SecurityNotices,
  needsSecondFactor: (userId: string) => Promise<boolean>,
): IdentityHooks {
  return {
    // By trusted networks too, which a count of the service's own would spoil.
    countsAccountsOf: ["sign_in"],
    needsSecondFactor: ({ id }) => needsSecondFactor(id),
    isKeyRevoked: (key) => isKeyRevoked(db, key),
    async beforeSignUp() {
      await policy.read();
      return undefined;
    },
    async reserve({ action, account, ip }) {
      const ours = actions[action];
      if (!ours) return null;
      try {
        const place = await throttle().reserve(ours, { ip, ...(account ? { account } : {}) });
        // Every account that is made counts, as at our own endpoint.
        const outcomeOf = (outcome: Outcome) => (outcome === "success" && action === "sign_up" ? "failure" : outcome);
        return { waitSeconds: 0, settle: (outcome) => place.settle(outcomeOf(outcome)) };
      } catch (error) {
        if (!(error instanceof ProblemError) || error.code !== "rate_limited") throw error;
        if (ours === "sign-in" && account) {
          const entry = { userId: null, sessionId: null, email: account, method: "password", ip, userAgent: null };
          await history.recordEvent({ ...entry, outcome: "over_request_rate_limit" });
        }
        return { waitSeconds: Number(error.headers["retry-after"]), settle: async () => {} };
      }
    },
    async onSecurityChange({ userId, kind, formerEmail, ip, userAgent }) {
      await audit(db, { actorId: userId, ip, requestId: null }, { action: changes[kind], targetId: userId });
      notices.tell({ userId, kind, formerEmail, caller: { ip, userAgent } });
    },
    async onPasswordReset(userId) {
      await deleteTokens.all(db, userId);
    },
    onSignIn: (event) => history.recordEvent(event),
  };
}
