import type { Pool } from "pg";
import type { IdentityConfig } from "../config.ts";
import {
  deleteEndedSessions,
  deleteExcessSessions,
  deleteOldAudit,
  deleteUnfinished,
  deleteUsedTokens,
} from "./clean-up.queries.ts";

export interface CleanUpCounts {
  sessions: number;
  refreshTokens: number;
  unfinished: number;
  audit: number;
}

const daySeconds = 86_400;
/** Of each account; more are programs that sign in and never out. */
const sessionsKept = 1_000;
const auditDays = 365;

/**
 * Removes rows that no request can use any more. The service never does this by itself: the host calls it once a day or
 * so. It may run on several nodes at once.
 */
export async function cleanUpIdentity(
  pool: Pool,
  config: Pick<IdentityConfig, "sessionTimebox" | "inactivityTimeout" | "otpExpiry" | "invitationExpiry">,
  now = new Date(),
): Promise<CleanUpCounts> {
  const ago = (seconds: number) => new Date(now.getTime() - seconds * 1000);
  return {
    sessions:
      (await deleteEndedSessions(pool, {
        timebox: config.sessionTimebox,
        inactivity: config.inactivityTimeout,
        keepReplayed: daySeconds,
        now,
      })) + (await deleteExcessSessions(pool, sessionsKept)),
    refreshTokens: await deleteUsedTokens(pool, ago(7 * daySeconds)),
    unfinished: await deleteUnfinished(pool, {
      codes: ago(Math.max(daySeconds, config.otpExpiry, config.invitationExpiry)),
      others: ago(daySeconds),
    }),
    audit: await deleteOldAudit(pool, ago(auditDays * daySeconds)),
  };
}
