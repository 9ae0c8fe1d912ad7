import type { FastifyInstance, FastifyReply } from "fastify";
import * as z from "zod";
import { badRequest, forbidden, IdentityError, isVerdict } from "../errors.ts";
import { queryValue, readBody, readEmail, text } from "../http/body.ts";
import { redirectTarget, withFragment, withQuery } from "../http/redirect.ts";
import { codeHash, pkcePrefix } from "../one-time/one-time-codes.ts";
import { type Caller, callerOf, type Identity, reportSignIn } from "../service.ts";
import { type SessionResponse, sessionHeaders } from "../sessions/issue-session.ts";
import { attemptAccount, attemptFromAddress } from "../throttle/attempt.ts";
import { isPkceHash, type VerificationResult, verifyCode } from "./verify-code.ts";

const verifyBody = z.object({ type: text, token: text, token_hash: text, email: text, phone: text, redirect_to: text });

const halfConfirmed = "Confirmation link accepted. Please proceed to confirm link sent to the other email";
const codeRefusal = "Token has expired or is invalid";
const phoneTypes = ["sms", "phone_change"];
const linkRefusal = "Email link is invalid or has expired";

export function verifyRoutes(app: FastifyInstance, identity: Identity): void {
  // No HEAD: programs that look at links in mail would spend them. No log: the address is a secret.
  app.get("/verify", { exposeHeadRoute: false, logLevel: "silent" }, async (request, reply) => {
    const [hash, type] = [queryValue(request, "token"), queryValue(request, "type")];
    if (type === "") throw badRequest("validation_failed", "Verify requires a verification type");
    if (hash === "") throw badRequest("validation_failed", "Verify requires a token or a token hash");
    const target = redirectTarget(identity.config, request);
    return reply.redirect(await followLink(identity, reply, { hash, type, target }, callerOf(request)), 303);
  });

  app.post("/verify", async (request, reply) => {
    const body = readBody(request, verifyBody);
    const caller = callerOf(request);
    const from = { ip: caller.ip, account: body.email.toLowerCase() || null };
    const result = await attemptFromAddress(identity, "verify", from, async () => {
      if (body.type === "") throw badRequest("validation_failed", "Verify requires a verification type");
      if ((body.token === "") === (body.token_hash === "")) {
        throw badRequest("validation_failed", "Verify requires either a token or a token hash");
      }
      return body.token_hash === "" ? verifyTyped(identity, body, caller) : verifyHash(identity, body, caller);
    });
    if (result.kind !== "session") return { msg: halfConfirmed, code: "200" };
    await reportVerified(identity, result, caller);
    sessionHeaders(reply, result.issued);
    return result.issued.response;
  });
}

type VerifyBody = z.output<typeof verifyBody>;

/** Address and code, as a person types them. Guesses count against the address. */
async function verifyTyped(identity: Identity, body: VerifyBody, caller: Caller): Promise<VerificationResult> {
  if ((body.email === "") === (body.phone === "")) {
    throw badRequest("validation_failed", "Only an email address or phone number should be provided on verify");
  }
  if (body.phone !== "") requireE164(body.phone);
  // No account has a number, so that no code for one was ever sent.
  if (body.phone !== "" || phoneTypes.includes(body.type)) throw forbidden("otp_expired", codeRefusal);
  const email = readEmail(body.email);
  const hash = codeHash(identity, email, body.token);
  const verification = {
    type: body.type,
    hashes: [hash, pkcePrefix + hash],
    byLink: false,
    refusal: codeRefusal,
    pkce: false,
  };
  return attemptAccount(identity, "verify", email, () =>
    verifyCode(identity, verification, caller).catch(async (error: unknown) => {
      if (isVerdict(error)) {
        const failure = { userId: null, sessionId: null, email, method: "otp", outcome: error.code };
        await reportSignIn(identity, { ...failure, ...caller });
      }
      throw error;
    }),
  );
}

/** @throws IdentityError 400 validation_failed */
function requireE164(phone: string): void {
  if (/^[1-9]\d{1,14}$/.test(phone.replace(/^\+/, "").replaceAll(" ", ""))) return;
  throw badRequest("validation_failed", "Invalid phone number format (E.164 required)");
}

async function verifyHash(identity: Identity, body: VerifyBody, caller: Caller): Promise<VerificationResult> {
  if (body.email !== "" || body.phone !== "" || body.redirect_to !== "") {
    throw badRequest("validation_failed", "Only the token_hash and type should be provided");
  }
  const verification = { type: body.type, hashes: [body.token_hash], byLink: true, refusal: linkRefusal, pkce: false };
  return verifyCode(identity, verification, caller);
}

/** @returns where the browser goes: with a session in the fragment, a code in the query, or an error in both. */
async function followLink(
  identity: Identity,
  reply: FastifyReply,
  link: { hash: string; type: string; target: string },
  caller: Caller,
): Promise<string> {
  const pkce = isPkceHash(link.hash);
  try {
    const verification = { type: link.type, hashes: [link.hash], byLink: true, refusal: linkRefusal, pkce };
    const from = { ip: caller.ip, account: null };
    const result = await attemptFromAddress(identity, "verify", from, () => verifyCode(identity, verification, caller));
    if (result.kind === "code") return withQuery(link.target, { code: result.code });
    if (result.kind === "half") {
      const message = { message: halfConfirmed };
      return withFragment(pkce ? withQuery(link.target, message) : link.target, { ...message, sb: "" });
    }
    await reportVerified(identity, result, caller);
    sessionHeaders(reply, result.issued);
    return sessionRedirect(link.target, result.issued.response, { type: link.type });
  } catch (error) {
    if (!(error instanceof IdentityError) || error.status >= 500 || error.status === 429) throw error;
    return errorRedirect(link.target, error, pkce);
  }
}

async function reportVerified(identity: Identity, result: VerificationResult & { kind: "session" }, caller: Caller) {
  const { userId, sessionId } = result.issued;
  const email = result.user.email;
  await reportSignIn(identity, { userId, sessionId, email, method: "otp", outcome: "success", ...caller });
}

/** The implicit flow: a fragment stays in the browser and reaches no server's log. */
export function sessionRedirect(target: string, session: SessionResponse, more: Record<string, string>): string {
  return withFragment(target, {
    access_token: session.access_token,
    expires_at: String(session.expires_at),
    expires_in: String(session.expires_in),
    ...(session.provider_token ? { provider_token: session.provider_token } : {}),
    ...(session.provider_refresh_token ? { provider_refresh_token: session.provider_refresh_token } : {}),
    refresh_token: session.refresh_token,
    sb: "",
    token_type: session.token_type,
    ...more,
  });
}

const oauthErrors: Record<number, string> = {
  400: "invalid_request",
  401: "unauthorized_client",
  403: "access_denied",
  404: "invalid_request",
  409: "invalid_request",
  422: "invalid_request",
  429: "temporarily_unavailable",
};

export function errorRedirect(target: string, error: IdentityError, pkce: boolean): string {
  const values = {
    error: oauthErrors[error.status] ?? "server_error",
    error_code: error.code,
    error_description: error.message,
  };
  return withFragment(pkce ? withQuery(target, values) : target, { ...values, sb: "" });
}
