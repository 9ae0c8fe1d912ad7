import type { IncomingHttpHeaders } from "node:http";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { createRemoteJWKSet } from "jose";
import type { SupabaseConfig } from "../../config.ts";
import { ProblemError } from "../../platform/http/problem.ts";
import { callerOf } from "./authenticate.ts";
import type { Caller } from "./identity-client.ts";
import type { IdentityHost } from "./identity-host.ts";
import type { LoginHistory } from "./login-history.ts";
import { judgePassThrough } from "./pass-through-rules.ts";
import type { Throttle } from "./throttle.ts";

export interface RemoteIdentityDeps {
  supabase: SupabaseConfig;
  signup: "closed" | "invite" | "open";
  throttle: () => Throttle;
  history: () => LoginHistory;
}

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
const notReturned = [
  "connection",
  "keep-alive",
  "transfer-encoding",
  "content-encoding",
  "content-length",
  "set-cookie",
];

/** A real Supabase answers: `/auth/v1` is passed through on our origin, with the client's address and our throttle. */
export function createRemoteIdentity(deps: RemoteIdentityDeps): IdentityHost {
  const { authUrl, anonKey, serviceRoleKey, jwtSecret } = deps.supabase;
  const jwks = createRemoteJWKSet(new URL(`${authUrl}/.well-known/jwks.json`), { timeoutDuration: 5000 });
  const secret = jwtSecret === null ? null : new TextEncoder().encode(jwtSecret);

  async function passOn(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const path = request.url.slice("/auth/v1".length);
    const body = Buffer.isBuffer(request.body) && request.body.length > 0 ? request.body : null;
    const caller = callerOf(request);
    const rules = judgePassThrough(request.method, path, body, deps.signup);
    if (rules.refusal) {
      reply.code(422).header("x-sb-error-code", rules.refusal.code).header("x-supabase-api-version", "2024-01-01");
      return reply.send(rules.refusal);
    }
    const parts = { ip: caller.ip, ...(rules.account ? { account: rules.account } : {}) };
    if (rules.action) await deps.throttle().check(rules.action, parts);
    let status = 599;
    try {
      const response = await fetch(authUrl + path, {
        method: request.method,
        headers: { ...forwarded(request.headers, caller, request), apikey: apiKeyOf(request, anonKey) },
        redirect: "manual",
        signal: AbortSignal.timeout(TIMEOUT_MS),
        ...(body ? { body: rules.body ?? body } : {}),
      }).catch((cause: unknown) => {
        throw new ProblemError("unavailable", "Supabase Auth cannot be reached right now. Try again in a moment.", {
          cause,
          headers: { "retry-after": "2" },
        });
      });
      status = response.status;
      for (const name of notReturned) response.headers.delete(name);
      for (const [name, value] of response.headers) reply.header(name, value);
      return reply.code(status).send(Buffer.from(await response.arrayBuffer()));
    } finally {
      if (rules.action) await settle(rules.action, status);
    }

    async function settle(action: NonNullable<typeof rules.action>, outcome: number): Promise<void> {
      const failed = (outcome >= 400 && outcome < 500) || rules.counts;
      await (failed ? deps.throttle().fail(action, parts) : deps.throttle().succeed(action, parts));
      if (action !== "sign-in" || outcome >= 500) return;
      const entry = { email: rules.account ?? "", method: "password" };
      await deps.history().record({ ...entry, outcome: outcome < 400 ? "success" : "invalid_credentials" }, caller);
    }
  }

  return {
    secret: serviceRoleKey,
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
    async mount(app) {
      await app.register(async (scope: FastifyInstance) => {
        scope.removeAllContentTypeParsers();
        scope.addContentTypeParser("*", { parseAs: "buffer", bodyLimit }, (_request, body, done) => done(null, body));
        scope.all("/auth/v1/*", passOn);
      });
    },
    close: async () => {},
  };
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
