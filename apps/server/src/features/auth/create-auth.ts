import { createHmac } from "node:crypto";
import type { RequiredScope } from "@holdfast/contract";
import type { PasswordHasher } from "@holdfast/identity";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type pg from "pg";
import type { Logger } from "pino";
import type { Config } from "../../config.ts";
import type { Clock } from "../../platform/clock.ts";
import { type Database, execute } from "../../platform/database/database.ts";
import type { Listener } from "../../platform/database/listen.ts";
import type { Events } from "../../platform/events/events.ts";
import type { Principal } from "../../platform/http/principal.ts";
import { authRoutes } from "./auth.routes.ts";
import { createEmbeddedIdentity } from "./embedded/embedded-identity.ts";
import { createIdentityHooks } from "./embedded/identity-hooks.ts";
import { createLoginHistory } from "./history/login-history.ts";
import { createIdentityClient, type IdentityClient } from "./identity/identity-client.ts";
import { oidcRoutes } from "./oidc/oidc.routes.ts";
import { withPasswordProof } from "./password/password-proof.ts";
import { resetPassword } from "./password/reset-password.ts";
import { recoveryRoutes } from "./recovery/recovery.routes.ts";
import { secondFactorRoutes } from "./second-factor/second-factor.routes.ts";
import { createSecondFactorService } from "./second-factor/second-factor.service.ts";
import { finishSignIn } from "./second-factor/second-step.ts";
import { createSignInChallenges } from "./second-factor/sign-in-challenge.ts";
import { createTokenVerifier } from "./session/access-token.ts";
import { createSessionAnswers } from "./session/answer-session.ts";
import { callerOf, createAuthenticator } from "./session/authenticate.ts";
import { clearCookies } from "./session/cookies.ts";
import { createPrincipals } from "./session/principals.ts";
import { createRenewals } from "./session/renewals.ts";
import { createSignInPolicy, type SignInPolicy } from "./settings/sign-in-policy.ts";
import { type AdminLock, createAdminLock } from "./setup/admin-lock.ts";
import { createSetup, type Setup } from "./setup/setup.ts";
import { createAuthService } from "./sign-in/sign-in.ts";
import { mailedLink } from "./site/mailed-link.ts";
import { createSiteUrl } from "./site/site-url.ts";
import { createRemoteIdentity } from "./supabase/remote-identity.ts";
import { createThrottle, type Throttle } from "./throttle/throttle.ts";
import { personalTokensRoutes } from "./tokens/personal-tokens.routes.ts";
import { createPersonalTokensService } from "./tokens/personal-tokens.service.ts";
import { createPersonalTokens } from "./tokens/personal-tokens.ts";
import { reconcileUsers } from "./users/reconcile-users.ts";
import { loadSessionState, loadTokenState } from "./users/users.queries.ts";

export interface AuthDeps {
  config: Pick<
    Config,
    "dataDir" | "publicUrl" | "port" | "signup" | "admin" | "auth" | "supabase" | "smtpUrl" | "mailFrom" | "limits"
  >;
  pool: pg.Pool;
  db: Database;
  clock: Clock;
  log: Logger;
  events: Events;
  subscribe: Listener["subscribe"];
  /** The host's one hasher, whose bound on what is computed at a time holds for everything. */
  passwords: PasswordHasher;
}

/** Sign-in, as the rest of the server sees it. */
export interface Auth {
  /** For `createApp`; `scope` for routes without an operation (see `Authenticator`). */
  authenticate(request: FastifyRequest, scope?: RequiredScope): Promise<Principal | null>;
  /** For requests that stay open: does what let this one in still stand? */
  stillSignedIn(request: FastifyRequest): Promise<boolean>;
  /** Serves `/auth/v1`, `/api/v1/auth/*`, `/api/v1/setup` and `/api/v1/me`. */
  routes(app: FastifyInstance): Promise<void>;
  /** To be called once the database is migrated: seeds the first admin, or opens set-up. */
  prepare(): Promise<void>;
  /** For the operator's command line: a new password for who has lost theirs. @throws ProblemError not_found, weak_password */
  resetPassword(email: string, password: string): Promise<void>;
  readonly setup: Setup;
  readonly throttle: Throttle;
  /** The identity service, for who administers accounts. */
  readonly identity: IdentityClient;
  readonly adminLock: AdminLock;
  readonly policy: SignInPolicy;
  /** Invites somebody, or once more who has not answered yet, by mail or by a link that is returned. */
  invite(email: string, asLink: boolean): Promise<{ userId: string; link: string | null }>;
  /** How long the link of an invitation is good for; null: a Supabase decides, and does not say. */
  readonly invitationSeconds: number | null;
  /** What is wrong with the connection to a real Supabase, a sentence each; null where the embedded service answers. */
  readonly probe: (() => Promise<string[]>) | null;
  /** Does `work` once the user's current password is proved. @throws ProblemError invalid_credentials, rate_limited */
  withPasswordProof<Result>(
    principal: Principal,
    password: string,
    request: FastifyRequest,
    work: () => Promise<Result>,
  ): Promise<Result>;
  /** Takes the cookies away from a browser whose session is gone. */
  forgetBrowser(request: FastifyRequest, reply: FastifyReply): void;
  /** What of a user can be revoked has changed: the next request of theirs reads the database. Other nodes are told by triggers. */
  forget(userId: string): void;
  close(): Promise<void>;
}

export async function createAuth(deps: AuthDeps): Promise<Auth> {
  const { config, pool, db, clock, log, events } = deps;
  const history = createLoginHistory(db, clock);
  // The throttle's key comes from the identity service's secret, and the service's hooks use the throttle.
  let throttle: Throttle | null = null;
  const useThrottle = () => throttle as Throttle;

  const policy = createSignInPolicy(db, config.signup);
  const siteUrl = createSiteUrl(db, config);
  const host = config.supabase
    ? createRemoteIdentity({
        supabase: config.supabase,
        policy,
        throttle: useThrottle,
        history: () => history,
        verifier: () => verifier,
        hasAccount: async (id) => (await execute(db, "select from auth.users where id = $1", [id])).length > 0,
      })
    : await createEmbeddedIdentity({
        ...{ config, policy, siteUrl, pool, clock, log },
        passwords: deps.passwords,
        hooks: createIdentityHooks(useThrottle, history, policy),
      });
  const throttleKey = createHmac("sha256", host.secret).update("holdfast throttle").digest();
  throttle = createThrottle(db, throttleKey, clock, { addressLimit: config.auth.rateLimit });

  const identity = createIdentityClient(host.transport);
  const verifier = createTokenVerifier(host.keyFor, clock);
  const personalTokens = createPersonalTokens(db, clock, throttle);
  const principals = createPrincipals((key) => {
    const [, tokenId] = key.split("token:");
    return tokenId ? loadTokenState(db, tokenId, clock.now()) : loadSessionState(db, key, clock.now());
  }, clock);
  const renewals = createRenewals((token, caller) => identity.renew(token, caller), clock);
  const authenticator = createAuthenticator({
    ...{ verifier, personalTokens, principals, renewals },
    publicUrl: config.publicUrl,
  });
  const adminLock = createAdminLock(db);
  const { passwordMinLength } = config.auth;
  const setup = createSetup({
    db,
    lock: adminLock,
    identity,
    throttle,
    log,
    dataDir: config.dataDir,
    passwordMinLength,
    admin: config.admin,
  });
  const challenges = createSignInChallenges(host.secret, clock);
  const serviceDeps = {
    ...{ db, clock, events, identity, throttle, history, principals, renewals, verifier, authenticator, challenges },
    ...{ policy, log },
    passwordMinLength,
    remote: config.supabase !== null,
    mail: config.supabase !== null || config.smtpUrl !== null,
    siteUrl,
  };
  const service = createAuthService(serviceDeps);
  const answers = createSessionAnswers(config.publicUrl, siteUrl);
  const unsubscribe = await deps.subscribe(
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
    async routes(app) {
      // Early, for handlers that write their answer themselves; late, for requests that were refused after the renewal.
      app.addHook("onRequest", async (request, reply) => authenticator.sendRenewed(request, reply));
      app.addHook("onSend", async (request, reply) => authenticator.sendRenewed(request, reply));
      await app.register(async (door) => {
        // A log-out, a ban, a new factor: felt here before it is answered. Other nodes are told by the database a moment later.
        door.addHook("onSend", async (request, reply) => {
          if (request.method === "GET" || reply.statusCode >= 400 || request.url.startsWith("/auth/v1/token")) return;
          principals.forgetAll();
        });
        await host.mount(door);
      });
      personalTokensRoutes(app, createPersonalTokensService(serviceDeps));
      recoveryRoutes(app, serviceDeps);
      oidcRoutes(app, {
        ...serviceDeps,
        providers: host.providers,
        acceptSession: service.acceptSession,
        publicUrl: config.publicUrl,
      });
      secondFactorRoutes(app, {
        service: createSecondFactorService(serviceDeps, service.signedIn),
        finishSignIn: (step, caller) => finishSignIn(serviceDeps, service.signedIn, step, caller),
        ...{ authenticator, answers },
      });
      authRoutes(app, { service, deps: serviceDeps, authenticator, setup, answers, publicUrl: config.publicUrl });
    },
    async prepare() {
      await saveDefaults(db, config);
      if (config.supabase) await reconcileUsers(db);
      await setup.prepare();
      await Promise.all([policy.read(), siteUrl.read()]);
      if (!config.supabase) await host.providers();
    },
    resetPassword: (email, password) => resetPassword({ db, identity, passwordMinLength }, email, password),
    setup,
    throttle,
    identity,
    adminLock,
    policy,
    async invite(email, asLink) {
      const site = siteUrl.current();
      if (serviceDeps.mail && !asLink) {
        return { userId: await identity.sendInvitation(email, `${site}/recover`), link: null };
      }
      const { userId, tokenHash } = await identity.makeInvitation(email);
      return { userId, link: mailedLink(site, "invite", tokenHash) };
    },
    invitationSeconds: host.invitationSeconds,
    probe: host.probe,
    withPasswordProof: (principal, password, request, work) =>
      withPasswordProof(serviceDeps, principal, password, "password-check", callerOf(request), work),
    forgetBrowser: (request, reply) => clearCookies(request, reply, config.publicUrl),
    forget: (userId) => principals.forget(userId),
    async close() {
      unsubscribe();
      await host.close();
    },
  };
}

/** Accounts come into being by many doors; the triggers that mirror them give each this quota, and judge by this policy. */
async function saveDefaults(db: Database, { limits, signup, supabase }: AuthDeps["config"]): Promise<void> {
  await execute(
    db,
    `insert into holdfast.settings (key, value)
     values ('default-quota', coalesce(to_jsonb($1::bigint), 'null')), ('default-signup', to_jsonb($2::text)),
       ('identity-service', to_jsonb($3::text))
     on conflict (key) do update set value = excluded.value, updated_at = now()
     where holdfast.settings.value is distinct from excluded.value`,
    [limits.defaultQuota, signup, supabase ? "supabase" : "embedded"],
  );
}
