import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { toProblem } from "../../../platform/http/errors.ts";
import type { LoginHistory } from "../history/login-history.ts";
import type { Caller } from "../identity/identity-client.ts";
import type { TokenVerifier } from "../session/access-token.ts";
import { callerOf } from "../session/authenticate.ts";
import { openness, type SignInPolicy } from "../settings/sign-in-policy.ts";
import type { Throttle, ThrottleParts } from "../throttle/throttle.ts";
import type { ThrottleAction } from "../throttle/throttle-policy.ts";
import { type Answer, forward, returnedHeaders } from "./forward.ts";
import type { Asker, ChangeGuard } from "./guard-changes.ts";
import { type JudgedCall, judgeCall } from "./judge-call.ts";
import { callsAt, readCall } from "./read-call.ts";
import { RefusedCall } from "./refused-call.ts";

export interface PassThroughDeps {
  supabase: { authUrl: string; anonKey: string };
  policy: SignInPolicy;
  throttle: () => Throttle;
  history: LoginHistory;
  verifier: () => TokenVerifier;
  guard: ChangeGuard;
}

/** Why a Supabase sends no way in. */
const noAccount = new Set<string | null>(["otp_disabled", "signup_disabled"]);
/** What says that a password or a code was wrong, where other refusals are no guesses. */
const wrongSecret = new Set<string | null>(["current_password_invalid", "reauthentication_not_valid"]);
const bodyLimit = 1_048_576;

/** `/auth/v1` on our origin, passed on to a real Supabase: the calls of `allowed-calls.ts`, with the client's address and our throttle. */
export async function mountPassThrough(app: FastifyInstance, deps: PassThroughDeps): Promise<void> {
  await app.register(async (scope: FastifyInstance) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser("*", { parseAs: "buffer", bodyLimit }, (_request, body, done) => done(null, body));
    scope.setErrorHandler((error, request, reply) => {
      if (error instanceof RefusedCall) return refuse(request, reply, error);
      const problem = toProblem(error);
      if (problem.status >= 500) request.log.error({ err: problem.cause ?? problem }, problem.message);
      reply.headers(problem.headers);
      const code = problem.code === "rate_limited" ? "over_request_rate_limit" : "unexpected_failure";
      return refuse(request, reply, new RefusedCall(problem.status, code, problem.message));
    });
    scope.all("/auth/v1/*", createPassOn(deps));
  });
}

function createPassOn(deps: PassThroughDeps) {
  const { supabase, throttle, history } = deps;

  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const caller = callerOf(request);
    if (request.method === "OPTIONS") return preflight(request, reply, caller);
    const body = Buffer.isBuffer(request.body) && request.body.length > 0 ? request.body : null;
    const { method, url } = request;
    const call = readCall({ method, url, contentType: request.headers["content-type"], body });
    const judged = judgeCall(call, openness((await deps.policy.read()).signup));
    const asker = judged.bySession || call.allowed.proof ? await askerOf(request) : null;
    const account = judged.bySession ? (asker?.userId ?? null) : judged.account;
    await deps.guard.before(call, asker);
    const parts = { ip: caller.ip, ...(account ? { account } : {}) };
    const pass = () => forward(supabase, { method, form: call.allowed.form ?? false, ...judged }, request, caller);
    const answer = judged.action ? await count(judged, judged.action, parts, caller, pass) : await pass();
    if (answer.status < 300) await deps.guard.after(call, asker);
    // That there is no account to send a way in to is not told.
    if (judged.concealed && noAccount.has(codeOf(answer))) return reply.code(200).send({});
    return send(reply, answer);
  };

  async function preflight(request: FastifyRequest, reply: FastifyReply, caller: Caller): Promise<FastifyReply> {
    const { path, calls } = callsAt(request.url);
    if (calls.length === 0) throw new RefusedCall(404, "feature_disabled", "There is nothing here");
    const call = { method: "OPTIONS", path, query: new Map<string, string>(), fields: null, form: false };
    return send(reply, await forward(supabase, call, request, caller));
  }

  /** Codes are guessed against whose session it is. Who shows no good token guesses nothing, and makes nobody wait. */
  async function askerOf({ headers: { authorization = "" } }: FastifyRequest): Promise<Asker | null> {
    const accessToken = authorization.replace(/^bearer\s+/i, "");
    const token = deps.verifier().verify(accessToken);
    return token.then(
      (verified) => ({ ...verified, accessToken }),
      () => null,
    );
  }

  async function count(
    judged: JudgedCall,
    action: ThrottleAction,
    parts: ThrottleParts,
    caller: Caller,
    pass: () => Promise<Answer>,
  ): Promise<Answer> {
    const answer = await throttle()
      .attempt(action, parts, async () => {
        const result = await pass();
        return { counted: countedAs(judged, result), result };
      })
      .catch(async (error: unknown) => {
        if (action === "sign-in") await history.recordFailure(parts.account ?? "", "password", error, caller);
        throw error;
      });
    if (action === "sign-in" && answer.status < 500) {
      const outcome = answer.status < 400 ? "success" : answer.status === 429 ? "throttled" : "invalid_credentials";
      await history.record({ email: judged.account ?? "", method: "password", outcome }, caller);
    }
    return answer;
  }
}

function countedAs({ action, counts }: JudgedCall, answer: Answer): "success" | "failure" | "neither" {
  const { status } = answer;
  if (status >= 500 || (action === "password" && status >= 400 && !wrongSecret.has(codeOf(answer)))) return "neither";
  return counts || status >= 400 || leadsToError(answer) ? "failure" : "success";
}

function send(reply: FastifyReply, answer: Answer): FastifyReply {
  for (const [name, value] of returnedHeaders(answer.headers)) reply.header(name, value);
  return reply.code(answer.status).send(answer.bytes);
}

const codeOf = ({ headers }: Answer) => headers.get("x-sb-error-code");

/** A link of a mail that is wrong or used up: the contract leads the browser back, with the error in the address. */
function leadsToError({ status, headers }: Answer): boolean {
  return status >= 300 && status < 400 && /[?#&]error(_code)?=/.test(headers.get("location") ?? "");
}

/** In the form that the client library asks for by its version. */
function refuse(request: FastifyRequest, reply: FastifyReply, { status, code, message }: RefusedCall): FastifyReply {
  reply.code(status).header("x-sb-error-code", code);
  const version = request.headers["x-supabase-api-version"];
  if (typeof version !== "string" || version < "2024-01-01") {
    return reply.send({ code: status, error_code: code, msg: message });
  }
  return reply.header("x-supabase-api-version", "2024-01-01").send({ code, message });
}
