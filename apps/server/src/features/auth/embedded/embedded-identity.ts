import {
  findVerifyingKey,
  type IdentityHooks,
  identityPlugin,
  type KnownPasswords,
  type Mailer,
  type OutageOf,
  type PasswordHasher,
} from "@holdfast/identity";
import Fastify from "fastify";
import type pg from "pg";
import type { Logger } from "pino";
import type { Clock } from "../../../platform/clock.ts";
import { outageOf as databaseOutageOf } from "../../../platform/database/away.ts";
import type { Database } from "../../../platform/database/database.ts";
import { toProblem } from "../../../platform/http/errors.ts";
import type { IdentityHost } from "../identity/identity-host.ts";
import type { SignInPolicy } from "../settings/sign-in-policy.ts";
import { mailedLink } from "../site/mailed-link.ts";
import type { SiteUrl } from "../site/site-url.ts";
import { type EmbeddedSettings, identityConfigOf, prefix } from "./identity-config.ts";
import { loadIdentityKeys } from "./keys.ts";
import { createProviderList } from "./oidc-providers.ts";

export interface EmbeddedIdentityDeps {
  config: EmbeddedSettings;
  policy: SignInPolicy;
  siteUrl: SiteUrl;
  pool: pg.Pool;
  db: Database;
  clock: Clock;
  log: Logger;
  passwords: PasswordHasher;
  mailer: Mailer | null;
  /** For the public endpoint, like the hooks: our own endpoints have judged a password before. */
  knownPasswords: KnownPasswords;
  /** For the public endpoint `/auth/v1`; our own calls have been counted before they are made. */
  hooks: IdentityHooks;
}

/**
 * The embedded service, twice over one database: on the public port, with our throttle and history, and without a port for the server's
 * own calls, so that these pass neither limits nor hooks a second time.
 */
export async function createEmbeddedIdentity(deps: EmbeddedIdentityDeps): Promise<IdentityHost> {
  const { config, policy, siteUrl, pool, clock, log, mailer } = deps;
  const keys = await loadIdentityKeys(config.dataDir, config.auth);
  const identityConfig = identityConfigOf(config, mailer, policy, siteUrl);
  const readProviders = createProviderList(deps.db, config.auth.providers);
  const shared = {
    ...{ pool, keys: keys.signing, mailer, log, passwords: deps.passwords, outageOf },
    ...{ now: () => clock.now(), providers: readProviders },
  };

  const inner = Fastify({ logger: false, trustProxy: false });
  await inner.register(identityPlugin, {
    ...shared,
    prefix,
    config: {
      ...identityConfig,
      // Our own endpoints have asked already.
      ...{
        signup: "open",
        rateLimits: null,
        accountLimits: null,
        cors: false,
        concealAccounts: true,
        recentProof: null,
      },
      manualLinking: true,
      get siteUrl() {
        return siteUrl.current();
      },
      get externalUrl() {
        return identityConfig.externalUrl;
      },
      get oidc() {
        return identityConfig.oidc;
      },
      emailLink: ({ kind, tokenHash }) => mailedLink(siteUrl.current(), kind, tokenHash),
    },
  });
  await inner.ready();

  return {
    secret: keys.signing.codeSecret.toString("hex"),
    invitationSeconds: identityConfig.invitationExpiry,
    keyFor: (header) => findVerifyingKey(keys.signing, header),
    providers: async () => (await readProviders()).map(({ id, name }) => ({ id, name })),
    transport: {
      url: `http://identity.internal${prefix}`,
      anonKey: keys.anonKey,
      serviceRoleKey: keys.serviceRoleKey,
      async fetch(url, init, caller) {
        const { pathname, search } = new URL(url);
        const headers = Object.fromEntries(new Headers(init?.headers));
        if (caller.userAgent !== null) headers["user-agent"] = caller.userAgent;
        if (caller.page !== undefined) headers.origin = caller.page;
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
    passkeys: async () => true,
    probe: null,
    async mount(app) {
      await app.register(identityPlugin, {
        ...shared,
        prefix,
        config: identityConfig,
        hooks: deps.hooks,
        knownPasswords: deps.knownPasswords,
      });
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
