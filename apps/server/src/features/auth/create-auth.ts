import { createHmac } from "node:crypto";
import type { RequiredScope } from "@holdfast/contract";
import { createKnownPasswords, createSmtpMailer, type PasswordHasher } from "@holdfast/identity";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type pg from "pg";
import type { Logger } from "pino";
import type { Config } from "../../config.ts";
import type { AccessLog } from "../../platform/audit/access-log.ts";
import type { Clock } from "../../platform/clock.ts";
import type { Database } from "../../platform/database/database.ts";
import type { Listener } from "../../platform/database/listen.ts";
import type { Events } from "../../platform/events/events.ts";
import type { Principal } from "../../platform/http/principal.ts";
import type { AuthDeps } from "./auth.deps.ts";
import { mountRoutes } from "./auth.routes.ts";
import { createHost } from "./create-host.ts";
import { smtpOptions } from "./embedded/identity-config.ts";
import { createLoginHistory } from "./history/login-history.ts";
import { createIdentityClient, type IdentityClient } from "./identity/identity-client.ts";
import { createSecurityNotices, type SecurityNotices } from "./notices/security-notices.ts";
import { createPasswordPolicy, type RequireStrongPassword } from "./password/password-policy.ts";
import { withPasswordProof } from "./password/password-proof.ts";
import { resetPassword } from "./password/reset-password.ts";
import { invite } from "./recovery/invite.ts";
import { createSignInChallenges } from "./second-factor/sign-in-challenge.ts";
import { callerOf } from "./session/authenticate.ts";
import { clearCookies } from "./session/cookies.ts";
import { createSessions } from "./session/create-sessions.ts";
import { createRecentProof } from "./session/recent-proof.ts";
import type { SessionLimits } from "./session/session-state.queries.ts";
import { saveDefaults, saveGroupSettings } from "./settings/settings.queries.ts";
import { createSignInPolicy, type SignInPolicy } from "./settings/sign-in-policy.ts";
import { type AdminLock, createAdminLock } from "./setup/admin-lock.ts";
import { createSetup, type Setup } from "./setup/setup.ts";
import { createSiteUrl } from "./site/site-url.ts";
import { createThrottle, type Throttle } from "./throttle/throttle.ts";
import { reconcileUsers } from "./users/reconcile-users.ts";

export interface AuthOptions {
  config: Pick<
    Config,
    | "dataDir"
    | "publicUrl"
    | "port"
    | "signup"
    | "admin"
    | "auth"
    | "supabase"
    | "smtpUrl"
    | "smtpRequireTls"
    | "mailFrom"
    | "limits"
  >;
  /** For the embedded service, which has its own small layer over PostgreSQL. */
  pool: pg.Pool;
  db: Database;
  /** Commits without waiting for the disk. */
  relaxed: Database;
  accessLog: AccessLog;
  clock: Clock;
  log: Logger;
  events: Events;
  subscribe: Listener["subscribe"];
  /** The host's one hasher, whose bound on what is computed at a time holds for everything. */
  passwords: PasswordHasher;
  /** Told of every sign-in and refusal: the way, and what the history calls it. */
  onSignIn?: (method: string, outcome: string) => void;
}

/** Sign-in, as the rest of the server sees it. */
export interface Auth {
  /** For `createApp`; `scope` for routes without an operation (see `Authenticator`). */
  authenticate(request: FastifyRequest, scope?: RequiredScope): Promise<Principal | null>;
  /** For requests that stay open: is the session that they came with still good? */
  stillSignedIn(request: FastifyRequest): Promise<boolean>;
  /** Serves `/auth/v1`, `/api/v1/auth/*`, `/api/v1/setup` and `/api/v1/me`. */
  routes(app: FastifyInstance): Promise<void>;
  /** To be called once the database is migrated: seeds the first admin, or opens set-up. */
  prepare(): Promise<void>;
  /** For the operator's command line: a new password for a user who lost theirs. @throws ProblemError not_found, weak_password */
  resetPassword(email: string, password: string): Promise<void>;
  readonly setup: Setup;
  readonly throttle: Throttle;
  /** The identity service, for the administration of accounts. */
  readonly identity: IdentityClient;
  readonly adminLock: AdminLock;
  /** Mails to the owners of accounts about what was done to them. */
  readonly notices: SecurityNotices;
  readonly policy: SignInPolicy;
  readonly requireStrongPassword: RequireStrongPassword;
  /** Invites an address, or once more one that has not answered yet, by mail or by a link that is returned. */
  invite(email: string, asLink: boolean): Promise<{ userId: string; link: string | null }>;
  /** How long the link of an invitation is good for; null: a Supabase decides, and does not say. */
  readonly invitationSeconds: number | null;
  /** Whether people can have passkeys here. */
  passkeys(): Promise<boolean>;
  /** What is wrong with the connection to a real Supabase, a sentence each; null where the embedded service answers. */
  readonly probe: (() => Promise<string[]>) | null;
  /** For what is not marked as a whole by its operation. A token of a program is judged by its scopes. @throws ProblemError recent_proof_required */
  requireRecentProof(principal: Principal): Promise<void>;
  /** Does `work` once the user's current password is proved. @throws ProblemError invalid_credentials, rate_limited */
  withPasswordProof<Result>(
    principal: Principal,
    password: string,
    request: FastifyRequest,
    work: () => Promise<Result>,
  ): Promise<Result>;
  /** Removes the cookies from a browser whose session is gone. */
  forgetBrowser(request: FastifyRequest, reply: FastifyReply): void;
  /** What of a user can be revoked has changed: their next request reads the database. Triggers tell other nodes. */
  forget(userId: string): void;
  close(): Promise<void>;
}

export async function createAuth(options: AuthOptions): Promise<Auth> {
  const { config, db, clock, log, events } = options;
  const { publicUrl } = config;
  const knownPasswords = createKnownPasswords({ breachedUrl: config.auth.breachedPasswords, log });
  const requireStrongPassword = createPasswordPolicy(config.auth.passwordMinLength, knownPasswords);
  const { relaxed, accessLog, onSignIn } = options;
  const history = createLoginHistory({ db, relaxed, accessLog, onEntry: onSignIn }, clock);
  const policy = createSignInPolicy(db, config.signup);
  const siteUrl = createSiteUrl(db, config);
  const recentProof = createRecentProof(db, clock, config.auth.recentProof);
  const mailer = config.smtpUrl ? createSmtpMailer(smtpOptions({ ...config, smtpUrl: config.smtpUrl })) : null;
  const notices = createSecurityNotices({ db, clock, log, siteUrl, mailer });
  // The throttle's key and the verifier's keys come from the identity service, and what the service serves to the public uses both.
  const late: { throttle?: Throttle; deps?: AuthDeps } = {};
  const host = await createHost(options, {
    ...{ policy, siteUrl, history, recentProof, knownPasswords, notices, mailer },
    throttle: () => late.throttle as Throttle,
    verifier: () => (late.deps as AuthDeps).verifier,
  });
  const throttleKey = createHmac("sha256", host.secret).update("holdfast throttle").digest();
  const throttle = createThrottle(db, throttleKey, clock, { addressLimit: config.auth.rateLimit });
  late.throttle = throttle;
  const identity = createIdentityClient(host.transport);
  const deps: AuthDeps = {
    ...{
      db,
      clock,
      events,
      log,
      identity,
      throttle,
      history,
      policy,
      siteUrl,
      publicUrl,
      requireStrongPassword,
      recentProof,
      notices,
    },
    ...createSessions({
      ...{ db, clock, throttle, identity, recentProof, publicUrl },
      keyFor: host.keyFor,
      limits: limitsOf(config),
    }),
    challenges: createSignInChallenges(host.secret, clock),
    remote: config.supabase !== null,
    mail: config.supabase !== null || config.smtpUrl !== null,
  };
  late.deps = deps;
  const { authenticator, principals } = deps;
  const adminLock = createAdminLock(db);
  const { dataDir, admin } = config;
  const setup = createSetup({ db, lock: adminLock, identity, throttle, log, dataDir, requireStrongPassword, admin });
  const unsubscribe = await options.subscribe(
    "holdfast_principals",
    (userId) => {
      if (userId !== "*") return principals.forget(userId);
      principals.forgetAll();
      void Promise.all([policy.read(), siteUrl.read()]).catch(() => {});
    },
    () => principals.forgetAll(),
  );

  return {
    async authenticate(request, scope) {
      const principal = await authenticator.authenticate(request, scope);
      if (principal?.role === "admin" && request.headers.origin !== undefined) await siteUrl.learn(request);
      return principal;
    },
    stillSignedIn: (request) => authenticator.stillSignedIn(request),
    routes: (app) => mountRoutes(app, deps, setup, host),
    async prepare() {
      await saveDefaults.all(db, config.limits.defaultQuota, config.signup, config.supabase ? "supabase" : "embedded");
      await saveGroupSettings.all(
        db,
        config.auth.groups.map(likeOf),
        config.auth.groupsCreate,
        config.auth.signInGroup,
      );
      if (config.supabase) await reconcileUsers(db);
      await setup.prepare();
      await Promise.all([policy.read(), siteUrl.read()]);
      if (!config.supabase) await host.providers();
    },
    resetPassword: (email, password) => resetPassword(deps, email, password),
    ...{ setup, throttle, identity, adminLock, notices, policy, requireStrongPassword },
    invite: (email, asLink) => invite(deps, email, asLink),
    invitationSeconds: host.invitationSeconds,
    passkeys: () => host.passkeys(),
    probe: host.probe,
    async requireRecentProof(principal) {
      if (!principal.token) await recentProof.require(principal);
    },
    async withPasswordProof(principal, password, request, work) {
      await recentProof.requireWithFactor(principal);
      return withPasswordProof(deps, principal, password, "password-check", callerOf(request), work);
    },
    forgetBrowser: (request, reply) => clearCookies(request, reply, publicUrl),
    forget: (userId) => principals.forget(userId),
    async close() {
      unsubscribe();
      await host.close();
    },
  };
}

/** SQL's pattern for a name with `*`. */
const likeOf = (name: string) => name.replace(/[\\%_]/g, "\\$&").replaceAll("*", "%");

/** A real Supabase ends its sessions itself. */
function limitsOf({ supabase, auth }: Pick<Config, "supabase" | "auth">): SessionLimits {
  return supabase ? { idle: 0, lifetime: 0 } : { idle: auth.sessionIdle, lifetime: auth.sessionLifetime };
}
