import { cleanUpIdentity, defaultIdentityConfig } from "@holdfast/identity";
import type pg from "pg";
import { z } from "zod";
import type { Config } from "../../config.ts";
import type { Clock } from "../../platform/clock.ts";
import type { Database } from "../../platform/database/database.ts";
import { defineJob, handleJob, type JobHandler } from "../../platform/jobs/job.ts";
import { sessionLimits } from "./embedded/identity-config.ts";
import { deleteExcessLogins, deleteOldLogins } from "./history/login-history.queries.ts";
import { deleteEndedRecoveredSessions } from "./second-factor/second-factor.queries.ts";
import { deleteHalfSignedInSessions } from "./session/sessions.queries.ts";
import { deleteTrustedNetworks } from "./throttle/throttle.queries.ts";
import { trustedNetworkDays } from "./throttle/trusted-networks.ts";
import { deleteExpiredTokens } from "./tokens/personal-tokens.queries.ts";
import { deleteOldNetworks } from "./tokens/token-networks.queries.ts";
import { reconcileUsers } from "./users/reconcile-users.ts";

export interface AuthJobsDeps {
  pool: pg.Pool;
  db: Database;
  clock: Clock;
  /** Of the embedded service; null: a real Supabase looks after its own tables. */
  embedded: Config["auth"] | null;
}

const HISTORY_DAYS = 365;
/** Of an account's successes, and as many of its refusals. */
const HISTORY_ROWS = 1_000;
const USED_TOKEN_DAYS = 7;
const TOKEN_NETWORK_DAYS = 90;

const reconcile = defineJob({ name: "auth.reconcile", payload: z.object({}), cron: "41 * * * *" });
const sweep = defineJob({ name: "auth.sweep", payload: z.object({}), cron: "23 3 * * *" });

/** Every hour: accounts in line with the identity service. Once a day: what of sign-in is too old to be of use. */
export function authJobs({ pool, db, clock, embedded }: AuthJobsDeps): JobHandler[] {
  return [
    handleJob(reconcile, async (_payload, { log }) => {
      const { changed, deleted, doubted } = await reconcileUsers(db);
      if (changed + deleted > 0)
        log.info({ changed, deleted }, "accounts were brought in line with the identity service");
      if (doubted > 0) {
        log.error(
          { missing: doubted },
          "many accounts are missing in the identity service at once; nobody was marked as deleted",
        );
      }
    }),
    handleJob(sweep, async () => {
      const now = clock.now();
      const before = (days: number) => new Date(now.getTime() - days * 86_400_000);
      await deleteOldLogins.all(db, before(HISTORY_DAYS));
      await deleteExcessLogins.all(db, HISTORY_ROWS);
      await deleteHalfSignedInSessions.all(db, before(1));
      await deleteEndedRecoveredSessions.all(db);
      await deleteExpiredTokens.all(db, before(USED_TOKEN_DAYS));
      await deleteOldNetworks.all(db, before(TOKEN_NETWORK_DAYS));
      await deleteTrustedNetworks.all(db, before(trustedNetworkDays));
      if (embedded) await cleanUpIdentity(pool, { ...defaultIdentityConfig, ...sessionLimits(embedded) }, now);
    }),
  ];
}
