import type { IncomingHttpHeaders } from "node:http";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { createRemoteJWKSet } from "jose";
import { z } from "zod";
import type { SupabaseConfig } from "../../config.ts";
import { toProblem } from "../../platform/http/errors.ts";
import { ProblemError } from "../../platform/http/problem.ts";
import type { TokenVerifier } from "./access-token.ts";
import { callerOf } from "./authenticate.ts";
import type { Caller } from "./identity-client.ts";
import type { IdentityHost } from "./identity-host.ts";
import type { LoginHistory } from "./login-history.ts";
import { judgePassThrough, type PassThroughRules } from "./pass-through-rules.ts";
import { openness, type SignInPolicy } from "./sign-in-policy.ts";
import type { Throttle, ThrottleParts } from "./throttle.ts";
import type { ThrottleAction } from "./throttle-policy.ts";

export interface RemoteIdentityDeps {
  supabase: SupabaseConfig;
  policy: SignInPolicy;
  throttle: () => Throttle;
  history: () => LoginHistory;
  verifier: () => TokenVerifier;
}

const remoteSettings = z.object({ external: z.record(z.string(), z.unknown()) });
/** Of Supabase's `external`: what is no other service. */
const ownWays = new Set(["email", "phone", "anonymous_users"]);

/** Why a Supabase sends no way in. */
const noAccount = new Set<string | null>(["otp_disabled", "signup_disabled"]);

const TIMEOUT_MS = 15_000;
const bodyLimit = 1_048_576;
const notForwarded = new Set([
  "host",
  "connection",
  "keep-alive",
  "content-length",
  "transfer-encoding",
  "te",
  "trailer",
  "upgrade",
  "expect",
  "accept-encoding",
  // Ours alone.
  "cookie",
  // Said anew below: what a client claims of its own address counts for nothing.
  "x-forwarded-for",
  "x-real-ip",
  "forwarded",
  "sb-forwarded-for",
]);
const notReturned = new Set([
  "connection",
  "keep-alive",
  "transfer-encoding",
  "content-encoding",
  "content-length",
  "set-cookie",
]);

/** A real Supabase answers: `/auth/v1` is passed through on our origin, with the client's address and our throttle. */
export function createRemoteIdentity(deps: RemoteIdentityDeps): IdentityHost {
  const { authUrl, anonKey, serviceRoleKey, jwtSecret } = deps.supabase;
  const jwks = createRemoteJWKSet(new URL(`${authUrl}/.well-known/jwks.json`), { timeoutDuration: 5000 });
  const secret = jwtSecret === null ? null : new TextEncoder().encode(jwtSecret);

  async function passOn(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const target = new URL(authUrl + request.url.slice("/auth/v1".length));
    // Dots in a path are resolved by URL: nobody climbs out of the identity service by them.
    const base = `${new URL(authUrl).pathname.replace(/\/$/, "")}/`;
    if (!target.pathname.startsWith(base)) return answer(reply, 404, "feature_disabled", "There is nothing here");
    const body = Buffer.isBuffer(request.body) && request.body.length > 0 ? request.body : null;
    const path = target.pathname.slice(base.length - 1) + target.search;
    const rules = judgePassThrough(request.method, path, body, openness((await deps.policy.read()).signup));
    if (rules.refusal) return answer(reply, 422, rules.refusal.code, rules.refusal.message);
    const caller = callerOf(request);
    const account = rules.action === "mfa" ? await personOf(request) : rules.account;
    const parts = { ip: caller.ip, ...(account ? { account } : {}) };
    if (rules.action) await check(rules.action, parts, caller);
    try {
      const response = await forward(request, target, rules.body ?? body);
      if (rules.action) await settle(rules, parts, response.status, caller);
      // That there is no account to send a way in to is not told.
      if (rules.concealed && noAccount.has(response.headers.get("x-sb-error-code"))) return reply.code(200).send({});
      for (const [name, value] of response.headers) if (!notReturned.has(name)) reply.header(name, value);
      return reply.code(response.status).send(response.bytes);
    } catch (error) {
      if (rules.action) await deps.throttle().abandon(rules.action, parts);
      throw error;
    }
  }

  /** Codes are guessed against whose session it is. Who shows no good token guesses nothing, and makes nobody wait. */
  async function personOf({ headers: { authorization = "" } }: FastifyRequest): Promise<string | null> {
    const token = deps.verifier().verify(authorization.replace(/^bearer\s+/i, ""));
    return token.then(
      ({ userId }) => userId,
      () => null,
    );
  }

  async function check(action: ThrottleAction, parts: ThrottleParts, caller: Caller): Promise<void> {
    try {
      await deps.throttle().check(action, parts);
    } catch (error) {
      if (action === "sign-in") await deps.history().recordFailure(parts.account ?? "", "password", error, caller);
      throw error;
    }
  }

  async function forward(request: FastifyRequest, target: URL, body: Buffer | string | null) {
    try {
      const response = await fetch(target, {
        method: request.method,
        headers: { ...forwarded(request.headers, callerOf(request), request), apikey: apiKeyOf(request, anonKey) },
        redirect: "manual",
        signal: AbortSignal.timeout(TIMEOUT_MS),
        ...(body ? { body } : {}),
      });
      return { status: response.status, headers: response.headers, bytes: Buffer.from(await response.arrayBuffer()) };
    } catch (cause) {
      throw new ProblemError("unavailable", "Supabase Auth cannot be reached right now. Try again in a moment.", {
        cause,
        headers: { "retry-after": "2" },
      });
    }
  }

  async function settle(rules: PassThroughRules, parts: ThrottleParts, status: number, caller: Caller): Promise<void> {
    const action = rules.action as ThrottleAction;
    const throttle = deps.throttle();
    if (status >= 500) return await throttle.abandon(action, parts);
    await (status >= 400 || rules.counts ? throttle.fail(action, parts) : throttle.succeed(action, parts));
    if (action !== "sign-in") return;
    const outcome = status < 400 ? "success" : status === 429 ? "throttled" : "invalid_credentials";
    await deps.history().record({ email: rules.account ?? "", method: "password", outcome }, caller);
  }

  return {
    secret: serviceRoleKey,
    invitationSeconds: null,
    keyFor: (header, token) => {
      if (header.alg !== "HS256") return jwks(header, token);
      if (secret === null) throw new Error("SUPABASE_JWT_SECRET is needed for tokens that are signed with it.");
      return secret;
    },
    transport: {
      url: authUrl,
      anonKey,
      serviceRoleKey,
      fetch(url, init, caller) {
        const headers = new Headers(init?.headers);
        setAddress(headers, caller.ip);
        if (caller.userAgent !== null) headers.set("user-agent", caller.userAgent);
        return fetch(url, { ...init, headers, signal: AbortSignal.timeout(TIMEOUT_MS) });
      },
    },
    async providers() {
      const headers = { apikey: anonKey };
      const answer = await fetch(`${authUrl}/settings`, { headers, signal: AbortSignal.timeout(TIMEOUT_MS) });
      const { external } = remoteSettings.parse(await answer.json());
      const offered = Object.keys(external).filter((id) => external[id] === true && !ownWays.has(id));
      return offered.map((id) => ({ id, name: id.charAt(0).toUpperCase() + id.slice(1) }));
    },
    async mount(app) {
      await app.register(async (scope: FastifyInstance) => {
        scope.removeAllContentTypeParsers();
        scope.addContentTypeParser("*", { parseAs: "buffer", bodyLimit }, (_request, body, done) => done(null, body));
        scope.setErrorHandler((error, request, reply) => {
          const problem = toProblem(error);
          if (problem.status >= 500) request.log.error({ err: problem.cause ?? problem }, problem.message);
          reply.headers(problem.headers);
          const code = problem.code === "rate_limited" ? "over_request_rate_limit" : "unexpected_failure";
          return answer(reply, problem.status, code, problem.message);
        });
        scope.all("/auth/v1/*", passOn);
      });
    },
    close: async () => {},
  };
}

/** An error of our own, in the contract's form, which client libraries read. */
function answer(reply: FastifyReply, status: number, code: string, message: string): FastifyReply {
  reply.code(status).header("x-sb-error-code", code).header("x-supabase-api-version", "2024-01-01");
  return reply.send({ code, message });
}

function forwarded(given: IncomingHttpHeaders, caller: Caller, request: FastifyRequest): Record<string, string> {
  const headers = new Headers();
  for (const [name, value] of Object.entries(given)) {
    if (typeof value === "string" && !notForwarded.has(name)) headers.set(name, value);
  }
  setAddress(headers, caller.ip);
  headers.set("x-forwarded-host", request.host);
  headers.set("x-forwarded-proto", request.protocol);
  return Object.fromEntries(headers);
}

/** The second header is what Supabase's gateways pass on, and what its own limits by address read. */
function setAddress(headers: Headers, ip: string): void {
  headers.set("x-forwarded-for", ip);
  headers.set("sb-forwarded-for", ip);
}

/** The gateway asks every caller for a key; who has none comes with the public one, as our own pages do. */
function apiKeyOf(request: FastifyRequest, anonKey: string): string {
  const given = request.headers.apikey;
  return typeof given === "string" && given !== "" ? given : anonKey;
}
