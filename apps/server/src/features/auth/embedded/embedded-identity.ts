import {
  createSmtpMailer,
  defaultIdentityConfig,
  type IdentityConfig,
  type IdentityHooks,
  identityPlugin,
  type Mailer,
  type OutageOf,
  type PasswordHasher,
  type RateLimit,
} from "@holdfast/identity";
import Fastify, { type FastifyInstance } from "fastify";
import type { JWTVerifyGetKey } from "jose";
import type pg from "pg";
import type { Logger } from "pino";
import type { Config } from "../../../config.ts";
import type { Clock } from "../../../platform/clock.ts";
import { outageOf as databaseOutageOf } from "../../../platform/database/away.ts";
import { toProblem } from "../../../platform/http/errors.ts";
import type { IdentityTransport } from "../identity/identity-client.ts";
import { openness, type SignInPolicy } from "../settings/sign-in-policy.ts";
import { mailedLink } from "../site/mailed-link.ts";
import type { SiteUrl } from "../site/site-url.ts";
import { loadIdentityKeys } from "./keys.ts";
import { createProviderList } from "./oidc-providers.ts";

export interface OidcChoice {
  readonly id: string;
  readonly name: string;
}

/** Whoever answers the identity contract, embedded or a real Supabase. */
export interface IdentityHost {
  readonly transport: IdentityTransport;
  /** The key that a token names by its header; throws when there is none for that algorithm. */
  readonly keyFor: JWTVerifyGetKey;
  /** Secret, the same on all nodes. */
  readonly secret: string;
  /** How long the link of an invitation is good for; null: not known. */
  readonly invitationSeconds: number | null;
  /** Whom people can sign in with besides. */
  providers(): Promise<OidcChoice[]>;
  /** What is wrong with the connection to a real Supabase, a sentence each; null: the embedded service needs none. */
  readonly probe: (() => Promise<string[]>) | null;
  /** Serves `/auth/v1`. */
  mount(app: FastifyInstance): Promise<void>;
  close(): Promise<void>;
}

export interface EmbeddedIdentityDeps {
  config: Pick<Config, "dataDir" | "publicUrl" | "port" | "auth" | "smtpUrl" | "mailFrom">;
  policy: SignInPolicy;
  siteUrl: SiteUrl;
  pool: pg.Pool;
  clock: Clock;
  log: Logger;
  passwords: PasswordHasher;
  /** For the public door `/auth/v1`; our own calls have been judged before they are made. */
  hooks: IdentityHooks;
}

const prefix = "/auth/v1";

/**
 * The embedded service, twice over one database: on the public port, with our throttle and history, and without a port for the server's
 * own calls, so that these pass neither limits nor hooks a second time.
 */
export async function createEmbeddedIdentity(deps: EmbeddedIdentityDeps): Promise<IdentityHost> {
  const { config, policy, siteUrl, pool, clock, log } = deps;
  const keys = await loadIdentityKeys(config.dataDir, config.auth.jwtKeys);
  const mailer = config.smtpUrl ? createSmtpMailer(smtpOptions(config.smtpUrl, config.mailFrom)) : null;
  const identityConfig = identityConfigOf(config, mailer, policy, siteUrl);
  const shared = { pool, keys: keys.signing, mailer, now: () => clock.now(), log, passwords: deps.passwords, outageOf };

  const readProviders = createProviderList(pool, config.auth.oidc);

  const inner = Fastify({ logger: false, trustProxy: false });
  await inner.register(identityPlugin, {
    ...shared,
    prefix,
    config: {
      ...identityConfig,
      ...{ signup: "open", rateLimits: null, accountLimits: null, cors: false },
      get siteUrl() {
        return siteUrl.current();
      },
      letterLink: ({ kind, tokenHash }) => mailedLink(siteUrl.current(), kind, tokenHash),
    },
  });
  await inner.ready();

  return {
    secret: keys.signing.codeSecret.toString("hex"),
    invitationSeconds: identityConfig.invitationExpiry,
    keyFor: ({ alg, kid }) => {
      const key = alg === "ES256" && kid !== undefined ? keys.signing.verifying.get(kid) : undefined;
      if (!key) throw new Error("The token was signed with a key that is not known here.");
      return key;
    },
    async providers() {
      identityConfig.oidc = await readProviders();
      return identityConfig.oidc.map(({ id, name }) => ({ id, name }));
    },
    transport: {
      url: `http://identity.internal${prefix}`,
      anonKey: keys.anonKey,
      serviceRoleKey: keys.serviceRoleKey,
      async fetch(url, init, caller) {
        const { pathname, search } = new URL(url);
        const headers = Object.fromEntries(new Headers(init?.headers));
        if (caller.userAgent !== null) headers["user-agent"] = caller.userAgent;
        const answer = await inner.inject({
          method: (init?.method ?? "GET") as "GET",
          url: pathname + search,
          headers,
          remoteAddress: caller.ip,
          ...(init?.body ? { payload: init.body as string } : {}),
        });
        const hasBody = answer.statusCode !== 204 && answer.statusCode !== 304;
        // The client throws away what a 503 says; that passwords wait is told on.
        const status = answer.headers["x-sb-error-code"] === "server_busy" ? 429 : answer.statusCode;
        return new Response(hasBody ? answer.rawPayload : null, {
          status,
          headers: answer.headers as Record<string, string>,
        });
      },
    },
    probe: null,
    async mount(app) {
      await app.register(identityPlugin, { ...shared, prefix, config: identityConfig, hooks: deps.hooks });
    },
    close: () => inner.close(),
  };
}

/** Whatever this service does may be asked for once more: an account, a session or a code that was made is not made twice. */
const outageOf: OutageOf = (error) => {
  if (!databaseOutageOf(error)) return null;
  const { message, headers } = toProblem(error);
  return { message, retryAfterSeconds: Number(headers["retry-after"]) };
};

function identityConfigOf(
  config: EmbeddedIdentityDeps["config"],
  mailer: Mailer | null,
  policy: SignInPolicy,
  siteUrl: SiteUrl,
): IdentityConfig {
  return {
    ...defaultIdentityConfig,
    // Both may be learned while the server runs; what tokens name as their issuer stays.
    get siteUrl() {
      return siteUrl.current();
    },
    get externalUrl() {
      return `${siteUrl.current()}${prefix}`;
    },
    jwtIssuer: `${config.publicUrl ?? `http://localhost:${config.port}`}${prefix}`,
    // Asked anew for every request; `identity-hooks.ts` has it read from the database before it counts.
    get signup() {
      return openness(policy.last().signup);
    },
    autoconfirm: config.auth.autoconfirm || mailer === null,
    anonymous: config.auth.anonymous,
    passwordMinLength: config.auth.passwordMinLength,
    refreshReuseInterval: config.auth.reuseInterval,
    concealAccounts: true,
    rateLimits: scaled(config.auth.rateLimit),
  };
}

/** The settings' one number is what an address may try at a secret in five minutes; the other limits keep their proportion to it. */
function scaled(limit: number): IdentityConfig["rateLimits"] {
  const usual = defaultIdentityConfig.rateLimits;
  if (limit === 0 || usual === null) return null;
  const scale = ({ burst, perSeconds }: RateLimit) => ({
    burst: Math.max(1, Math.round((burst * limit) / usual.sign_in.burst)),
    perSeconds,
  });
  return Object.fromEntries(Object.entries(usual).map(([action, of]) => [action, scale(of)])) as typeof usual;
}

function smtpOptions(address: string, from: string) {
  const url = new URL(address);
  const secure = url.protocol === "smtps:";
  return {
    host: url.hostname,
    port: Number(url.port) || (secure ? 465 : 587),
    secure,
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    from,
  };
}
