import type { SignInEvent } from "@holdfast/identity";
import type { Clock } from "../../../platform/clock.ts";
import type { Database } from "../../../platform/database/database.ts";
import { ProblemError } from "../../../platform/http/problem.ts";
import type { Caller } from "../identity/identity-client.ts";
import { insertLogin, type LoginOutcome } from "../users/users.queries.ts";

export interface LoginHistory {
  record(
    entry: { userId?: string; email: string; method: string; outcome: LoginOutcome },
    caller: Caller,
  ): Promise<void>;
  /** The same for a failure that was thrown; what is no verdict on a person (the service is away) is no entry. */
  recordFailure(email: string, method: string, error: unknown, caller: Caller): Promise<void>;
  /** Of a sign-in at the embedded service's own door. */
  recordEvent(event: SignInEvent): Promise<void>;
}

const outcomes: Record<string, LoginOutcome> = {
  // Our codes.
  invalid_credentials: "invalid_credentials",
  rate_limited: "throttled",
  user_disabled: "disabled",
  approval_pending: "not_approved",
  mfa_code_wrong: "invalid_credentials",
  email_not_confirmed: "not_confirmed",
  mfa_required: "mfa_required",
  // The contract's, where they differ.
  success: "success",
  over_request_rate_limit: "throttled",
  user_banned: "disabled",
};

export function createLoginHistory(db: Database, clock: Clock): LoginHistory {
  return {
    async record({ userId, email, method, outcome }, caller) {
      await insertLogin(db, { userId: userId ?? null, email, method, outcome, ...caller }, clock.now());
    },
    async recordFailure(email, method, error, caller) {
      const outcome = error instanceof ProblemError ? outcomes[error.code] : undefined;
      if (outcome) await insertLogin(db, { userId: null, email, method, outcome, ...caller }, clock.now());
    },
    async recordEvent({ userId, email, method, outcome, ip, userAgent }) {
      const entry = { userId, email, method, outcome: outcomes[outcome] ?? "invalid_credentials", ip, userAgent };
      await insertLogin(db, entry, clock.now());
    },
  };
}
