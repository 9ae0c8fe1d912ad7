import { createHash, randomBytes } from "node:crypto";
import * as contract from "@holdfast/contract";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { isSecure } from "../../../platform/http/connection/https.ts";
import { notFound, ProblemError } from "../../../platform/http/problem.ts";
import { answered, route } from "../../../platform/http/route.ts";
import type { AuthDeps } from "../auth.deps.ts";
import type { Caller, Grant } from "../identity/identity-client.ts";
import type { OidcChoice } from "../identity/identity-host.ts";
import { noteSignIn } from "../notices/new-device.ts";
import { callerOf } from "../session/authenticate.ts";
import { setCookies } from "../session/cookies.ts";
import { acceptSession } from "../sign-in/sign-in.ts";

const base = "/api/v1/auth/oidc";
const cookie = "holdfast_oidc";
const MAX_AGE_SECONDS = 600;
const startedSchema = z.object({ verifier: z.string(), next: z.string(), provider: z.string() });

/**
 * Sign-in with another service, for browsers: `/auth/v1/authorize` with PKCE, whose verifier stays in a cookie of the browser that began.
 * So nobody can finish in one browser what was begun in another. It ends in the cookies of a session, or on the sign-in page.
 */
export function oidcRoutes(app: FastifyInstance, deps: AuthDeps, providers: () => Promise<OidcChoice[]>): void {
  const choices = () =>
    providers().catch((cause: unknown) => {
      throw new ProblemError("unavailable", "Sign-in cannot be reached right now. Try again in a moment.", { cause });
    });

  route(app, contract.listOidcProviders, async () => {
    const items = await choices();
    return { items: items.map((each) => ({ ...each, startUrl: `${base}/${encodeURIComponent(each.id)}/start` })) };
  });

  route(app, contract.startOidc, async ({ params, query, request, reply }) => {
    if (!(await choices()).some(({ id }) => id === params.provider)) throw notFound();
    const asked = begin(params.provider, query.next, request, reply);
    // A Supabase would hand it on to the other service.
    if (query.takeAddress !== undefined && !deps.remote) asked.set("take_address", "true");
    reply.redirect(`/auth/v1/authorize?${asked}`, 302);
    return answered;
  });

  route(app, contract.linkOidc, async ({ body, request, reply }) => {
    if (!(await choices()).some(({ id }) => id === body.provider)) throw notFound();
    const asked = begin(body.provider, body.next, request, reply);
    const accessToken = deps.authenticator.accessTokenOf(request) as string;
    return { url: await deps.identity.startLink(accessToken, asked, callerOf(request)) };
  });

  /** Keeps the verifier in this browser. @returns what the identity service is asked with */
  function begin(provider: string, wanted: string | undefined, request: FastifyRequest, reply: FastifyReply) {
    // Back to where the cookie is. Whether the place is allowed is for the identity service to say.
    const site = deps.publicUrl ?? `${request.protocol}://${request.host}`;
    const verifier = randomBytes(48).toString("base64url");
    const next = contract.ownPath(wanted, site);
    keep(request, reply, JSON.stringify({ verifier, next, provider }), MAX_AGE_SECONDS, deps.publicUrl);
    return new URLSearchParams({
      provider,
      redirect_to: `${site}${base}/callback`,
      code_challenge: createHash("sha256").update(verifier).digest("base64url"),
      code_challenge_method: "s256",
    });
  }

  route(app, contract.finishOidc, async ({ query, request, reply }) => {
    const started = startedOf(request);
    keep(request, reply, "", 0, deps.publicUrl);
    const caller = callerOf(request);
    const target = await finish(query, started, caller, (grant) => setCookies(request, reply, grant, deps.publicUrl));
    reply.redirect(target, 303);
    return answered;
  });

  async function finish(
    { code, error_code }: { code?: string | undefined; error_code?: string | undefined },
    started: z.infer<typeof startedSchema> | null,
    caller: Caller,
    accept: (grant: Grant) => void,
  ): Promise<string> {
    if (error_code === "email_exists" && started) {
      const { provider, next } = started;
      return withProblem("account_not_linked", { provider, next });
    }
    if (error_code !== undefined) return withProblem(refusals[error_code] ?? "forbidden");
    if (!started || !code) return withProblem("link_expired");
    let knownEmail = "";
    try {
      const { grant, email } = await deps.throttle.attempt("verify", { ip: caller.ip }, async () => ({
        counted: "success",
        result: await deps.identity.redeemCode(code, started.verifier, caller),
      }));
      knownEmail = email;
      await acceptSession(deps, grant, email, caller, () =>
        noteSignIn(deps, { userId: grant.userId, email, method: "oauth" }, caller),
      );
      accept(grant);
      return started.next;
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      await deps.history.recordFailure(knownEmail, "oauth", error, caller);
      if (!error.challenge) return withProblem(error.code);
      // Behind "#": the page takes it from there, and no log sees it.
      const challenge = new URLSearchParams({ challenge: error.challenge });
      return `/sign-in?${new URLSearchParams({ next: started.next })}#${challenge}`;
    }
  }
}

/** What the identity service puts into the address, in our words. */
const refusals: Record<string, contract.ErrorCode> = {
  signup_disabled: "signup_closed",
  user_banned: "user_disabled",
  provider_email_needs_verification: "email_not_confirmed",
  over_request_rate_limit: "rate_limited",
  bad_oauth_state: "link_expired",
  email_exists: "link_expired",
};

const withProblem = (code: contract.ErrorCode, more: Record<string, string> = {}) =>
  `/sign-in?${new URLSearchParams({ problem: code, ...more })}`;

function startedOf(request: FastifyRequest): z.infer<typeof startedSchema> | null {
  try {
    return startedSchema.parse(JSON.parse(request.cookies[cookie] ?? ""));
  } catch {
    return null;
  }
}

function keep(
  request: FastifyRequest,
  reply: FastifyReply,
  value: string,
  maxAge: number,
  publicUrl: string | null,
): void {
  const secure = isSecure(request, publicUrl);
  reply.header(
    "set-cookie",
    reply.server.serializeCookie(cookie, value, { path: base, httpOnly: true, sameSite: "lax", secure, maxAge }),
  );
  reply.header("cache-control", "no-store");
}
