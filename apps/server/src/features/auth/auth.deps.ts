import type { Logger } from "pino";
import type { Clock } from "../../platform/clock.ts";
import type { Database } from "../../platform/database/database.ts";
import type { Events } from "../../platform/events/events.ts";
import type { LoginHistory } from "./history/login-history.ts";
import type { IdentityClient } from "./identity/identity-client.ts";
import type { SecurityNotices } from "./notices/security-notices.ts";
import type { RequireStrongPassword } from "./password/password-policy.ts";
import type { SignInChallenges } from "./second-factor/sign-in-challenge.ts";
import type { TokenVerifier } from "./session/access-token.ts";
import type { Authenticator } from "./session/authenticate.ts";
import type { Principals } from "./session/principals.ts";
import type { RecentProof } from "./session/recent-proof.ts";
import type { Renewals } from "./session/renewals.ts";
import type { SignInPolicy } from "./settings/sign-in-policy.ts";
import type { SiteUrl } from "./site/site-url.ts";
import type { Throttle } from "./throttle/throttle.ts";

/** What the actions of this feature work with; each names what it takes of it. */
export interface AuthDeps {
  db: Database;
  clock: Clock;
  events: Events;
  log: Logger;
  identity: IdentityClient;
  throttle: Throttle;
  history: LoginHistory;
  principals: Principals;
  renewals: Renewals;
  verifier: TokenVerifier;
  authenticator: Authenticator;
  recentProof: RecentProof;
  notices: SecurityNotices;
  challenges: SignInChallenges;
  policy: SignInPolicy;
  siteUrl: SiteUrl;
  publicUrl: string | null;
  requireStrongPassword: RequireStrongPassword;
  /** A real Supabase answers. */
  remote: boolean;
  /** Whether the identity service can send mail. */
  mail: boolean;
}
