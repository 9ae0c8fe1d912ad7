import type { KnownPasswords, Mailer } from "@holdfast/identity";
import type { AuthOptions } from "./create-auth.ts";
import { createEmbeddedIdentity } from "./embedded/embedded-identity.ts";
import { createIdentityHooks } from "./embedded/identity-hooks.ts";
import type { LoginHistory } from "./history/login-history.ts";
import type { IdentityHost } from "./identity/identity-host.ts";
import type { SecurityNotices } from "./notices/security-notices.ts";
import type { TokenVerifier } from "./session/access-token.ts";
import type { RecentProof } from "./session/recent-proof.ts";
import type { SignInPolicy } from "./settings/sign-in-policy.ts";
import type { SiteUrl } from "./site/site-url.ts";
import { createChangeGuard } from "./supabase/guard-changes.ts";
import { createRemoteIdentity } from "./supabase/remote-identity.ts";
import type { Throttle } from "./throttle/throttle.ts";
import { findAccount } from "./users/users.queries.ts";
import { findSecondFactorWish } from "./webauthn/passkeys.queries.ts";

export interface HostDeps {
  policy: SignInPolicy;
  siteUrl: SiteUrl;
  history: LoginHistory;
  recentProof: RecentProof;
  knownPasswords: KnownPasswords;
  notices: SecurityNotices;
  mailer: Mailer | null;
  throttle: () => Throttle;
  verifier: () => TokenVerifier;
}

/** What answers the identity contract, as the settings choose: a real Supabase, or the embedded service. */
export async function createHost(
  { config, pool, db, clock, log, passwords }: AuthOptions,
  { policy, siteUrl, history, recentProof, knownPasswords, notices, mailer, throttle, verifier }: HostDeps,
): Promise<IdentityHost> {
  if (config.supabase) {
    const hasAccount = async (id: string) => (await findAccount.first(db, id)) !== undefined;
    const guard = createChangeGuard({ db, recentProof, supabaseChanges: config.auth.supabaseChanges });
    return createRemoteIdentity({ supabase: config.supabase, policy, throttle, history, verifier, guard, hasAccount });
  }
  const needsSecondFactor = async (id: string) => (await findSecondFactorWish.first(db, id))?.wanted ?? false;
  const hooks = createIdentityHooks(db, throttle, history, policy, notices, needsSecondFactor);
  return createEmbeddedIdentity({
    ...{ config, policy, siteUrl, pool, db, clock, log },
    ...{ passwords, knownPasswords, mailer, hooks },
  });
}
