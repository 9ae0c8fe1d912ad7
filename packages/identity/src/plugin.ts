import { setTimeout as sleep } from "node:timers/promises";
import type { FastifyError, FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest } from "fastify";
import type { Pool } from "pg";
import { adminOnly, adminRoutes } from "./admin/admin.routes.ts";
import { adminFactorRoutes } from "./admin/factor.routes.ts";
import { linkRoutes } from "./admin/link.routes.ts";
import { adminPasskeyRoutes } from "./admin/passkey.routes.ts";
import type { IdentityConfig, OidcProvider } from "./config.ts";
import { mailRoutes } from "./email-requests/email-requests.routes.ts";
import { errorBody, IdentityError, tooMany, usesNewShape } from "./errors.ts";
import { allowOrigins } from "./http/cors.ts";
import { notAnswered } from "./http/not-answered.ts";
import type { SigningKeys } from "./keys/signing-keys.ts";
import { createLimit } from "./limit.ts";
import type { Mailer } from "./mail/mailer.ts";
import { mfaRoutes } from "./mfa/mfa.routes.ts";
import { oidcRoutes } from "./oidc/oidc.routes.ts";
import { createProviderClients } from "./oidc/provider-client.ts";
import { passkeyRoutes } from "./passkeys/passkeys.routes.ts";
import { createPasswordHasher, type PasswordHasher } from "./password/hash-password.ts";
import type { KnownPasswords } from "./password/known-passwords.ts";
import type { Identity, IdentityHooks, IdentityLog, OutageOf } from "./service.ts";
import { settingsRoutes } from "./settings/settings.routes.ts";
import { signupRoutes } from "./signup/signup.routes.ts";
import { createThrottle } from "./throttle/throttle.ts";
import { tokenRoutes } from "./token/token.routes.ts";
import { userRoutes } from "./user/user.routes.ts";
import { verifyRoutes } from "./verify/verify.routes.ts";

export interface IdentityOptions {
  /** Connections to a database that has `identityMigrations`. The role must own or bypass row-level security. */
  pool: Pool;
  /** Read again for every request, so the host may change its fields while the server runs. */
  config: IdentityConfig;
  /** A function where keys are rotated while the server runs; it is asked for every token. */
  keys: SigningKeys | (() => SigningKeys);
  /** Where providers change while the server runs; `config.oidc` without it. Asked for every sign-in through one. */
  providers?: () => Promise<readonly OidcProvider[]>;
  /** Null where no mail can be sent: accounts then confirm themselves, and recovery is the administrator's. */
  mailer: Mailer | null;
  now?: () => Date;
  hooks?: IdentityHooks;
  outageOf?: OutageOf;
  log: IdentityLog;
  /** The host's own, where it hashes other passwords as well: the bound on concurrency then holds for both. */
  passwords?: PasswordHasher;
  /** Refuses those, with the reason `pwned`. */
  knownPasswords?: KnownPasswords;
}

const bodyLimit = 1_048_576;
/** Work after an answer begins when the answer is out: how much it is depends on the account, and is not to be felt in the answer. */
const answerFirstMs = 40;

/**
 * Supabase Auth's HTTP API over the `auth` schema. Register it with the prefix `/auth/v1`. It keeps to its own
 * encapsulation: parsers, hooks and the form of errors do not reach the host's routes. The caller's address is
 * `request.ip`, so the host's `trustProxy` decides which headers count.
 */
export const identityPlugin: FastifyPluginAsync<IdentityOptions> = async (app, options) => {
  const identity = createIdentity(app, options);

  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", { parseAs: "string", bodyLimit }, (_request, body, done) => done(null, body));
  app.addHook("onRequest", async (request, reply) => {
    reply.header("cache-control", "no-store");
    if (newShapeFor(request)) reply.header("x-supabase-api-version", "2024-01-01");
  });
  if (identity.config.cors) allowOrigins(app);
  app.setErrorHandler((error, request, reply) => answerError(identity, error as FastifyError, request, reply));
  app.setNotFoundHandler((request, reply) => {
    return answerError(identity, notAnswered(request, app.prefix), request, reply);
  });

  const clients = createProviderClients(identity);
  settingsRoutes(app, identity);
  signupRoutes(app, identity);
  tokenRoutes(app, identity, clients);
  userRoutes(app, identity);
  mailRoutes(app, identity);
  verifyRoutes(app, identity);
  mfaRoutes(app, identity);
  passkeyRoutes(app, identity);
  oidcRoutes(app, identity, clients);
  await app.register(async (admin) => {
    adminOnly(admin, identity);
    adminRoutes(admin, identity);
    adminFactorRoutes(admin, identity);
    adminPasskeyRoutes(admin, identity);
    linkRoutes(admin, identity);
  });
};

function createIdentity(app: FastifyInstance, options: IdentityOptions): Identity {
  const { keys, log } = options;
  const now = options.now ?? (() => new Date());
  const running = new Set<Promise<void>>();
  const limit = createLimit(4, 1000, () => new Error("Too much is waiting to be done; this was dropped."));
  app.addHook("onClose", async () => {
    while (running.size > 0) await Promise.all(running);
  });
  return {
    pool: options.pool,
    config: options.config,
    keys: typeof keys === "function" ? keys : () => keys,
    providers: options.providers ?? (async () => options.config.oidc),
    mailer: options.mailer,
    now,
    hooks: options.hooks ?? {},
    outageOf: options.outageOf ?? (() => null),
    log,
    passwords: options.passwords ?? createPasswordHasher(),
    knownPasswords: options.knownPasswords ?? null,
    throttle: createThrottle(now),
    background(what, work) {
      const done = sleep(answerFirstMs)
        .then(() => limit(work))
        .catch((error: unknown) => log.error({ err: error }, what))
        .finally(() => running.delete(done));
      running.add(done);
    },
  };
}

const newShapeFor = (request: FastifyRequest) => {
  const version = request.headers["x-supabase-api-version"];
  return usesNewShape(Array.isArray(version) ? version[0] : version);
};

function answerError(
  identity: Identity,
  error: FastifyError | IdentityError,
  request: FastifyRequest,
  reply: FastifyReply,
) {
  const known = error instanceof IdentityError ? error : translate(identity, error);
  reply.code(known.status).header("x-sb-error-code", known.code);
  if (known.retryAfterSeconds !== undefined) reply.header("retry-after", String(known.retryAfterSeconds));
  return reply.send(errorBody(known, newShapeFor(request)));
}

/** Errors that are not of the contract. Only what is worth another try, or a fault of ours, is a 5xx. */
function translate(identity: Identity, error: FastifyError): IdentityError {
  if (error.code === "FST_ERR_CTP_BODY_TOO_LARGE") {
    return new IdentityError(413, "request_entity_too_large", `Request body too large (max ${bodyLimit} bytes)`);
  }
  if (error.statusCode === 429) return tooMany("over_request_rate_limit", "Request rate limit reached", 1);
  if (error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500) {
    return new IdentityError(error.statusCode, "validation_failed", error.message);
  }
  const outage = identity.outageOf(error);
  if (outage) {
    identity.log.warn({ err: error }, "the database cannot be reached");
    return new IdentityError(503, "unavailable", outage.message, outage);
  }
  identity.log.error({ err: error }, "a request to the identity service failed");
  const message = "Unexpected failure, please check server logs for more information";
  return new IdentityError(500, "unexpected_failure", message);
}
