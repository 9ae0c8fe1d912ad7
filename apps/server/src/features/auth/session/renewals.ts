import { hash } from "node:crypto";
import type { Clock } from "../../../platform/clock.ts";
import { ProblemError } from "../../../platform/http/problem.ts";
import type { Caller, Grant } from "../identity/identity-client.ts";

export interface Renewals {
  /**
   * Swaps a refresh token for its successor. However many requests come with one token at about the same time, the identity service is asked
   * once and all get the same answer; what comes later, or to another process, is covered by the service's own reuse rule.
   * @throws ProblemError session_ended, user_disabled, unavailable
   */
  renew(refreshToken: string, caller: Caller): Promise<Grant>;
}

/** As long as the reuse interval of Supabase: a page's requests that were on their way when the first one renewed. */
const KEEP_MS = 10_000;

export function createRenewals(ask: (token: string, caller: Caller) => Promise<Grant>, clock: Clock): Renewals {
  const recent = new Map<string, { at: number; grant: Promise<Grant> }>();

  return {
    renew(refreshToken, caller) {
      const now = clock.now().getTime();
      for (const [name, { at }] of recent) {
        if (at > now - KEEP_MS && at <= now) break;
        recent.delete(name);
      }
      const name = hash("sha256", refreshToken, "base64");
      const known = recent.get(name);
      if (known) return known.grant;
      const grant = ask(refreshToken, caller);
      recent.set(name, { at: now, grant });
      grant.catch((error) => {
        // A verdict is kept as well; trouble is not.
        if (!(error instanceof ProblemError) || error.status >= 500) recent.delete(name);
      });
      return grant;
    },
  };
}
