import type { FastifyInstance } from "fastify";
import * as z from "zod";
import { badRequest } from "../errors.ts";
import { metadata, readBody, readEmail, text } from "../http/body.ts";
import { redirectTarget } from "../http/redirect.ts";
import { readChallenge } from "../one-time/flow-state.queries.ts";
import { checkPasswordStrength } from "../password/password-rules.ts";
import { callerOf, type Identity, reportSignIn } from "../service.ts";
import { sessionHeaders } from "../sessions/issue-session.ts";
import { attemptFromAddress, countRequest } from "../throttle/attempt.ts";
import { signUp } from "./sign-up.ts";
import { signUpAnonymously } from "./sign-up-anonymously.ts";

const signupBody = z.object({
  email: text,
  phone: text,
  password: text,
  data: metadata,
  code_challenge: text,
  code_challenge_method: text,
});

export function signupRoutes(app: FastifyInstance, identity: Identity): void {
  app.post("/signup", async (request, reply) => {
    const body = readBody(request, signupBody);
    const caller = callerOf(request);
    if (body.email === "" && body.phone === "") {
      await countRequest(identity, "anonymous", caller.ip);
      const issued = await signUpAnonymously(identity, body.data ?? {}, caller);
      const { userId, sessionId } = issued;
      await reportSignIn(identity, {
        userId,
        sessionId,
        email: null,
        method: "anonymous",
        outcome: "success",
        ...caller,
      });
      sessionHeaders(reply, issued);
      return issued.response;
    }
    const from = { ip: caller.ip, account: body.email.toLowerCase() || null };
    const result = await attemptFromAddress(identity, "sign_up", from, async () => {
      if (body.email !== "" && body.phone !== "") {
        throw badRequest("validation_failed", "Only an email address or phone number should be provided on signup.");
      }
      if (body.phone !== "") throw badRequest("phone_provider_disabled", "Phone signups are disabled");
      if (body.password === "") throw badRequest("validation_failed", "Signup requires a valid password");
      const email = readEmail(body.email);
      await checkPasswordStrength(identity, body.password);

      const wanted = {
        email,
        password: body.password,
        data: body.data ?? {},
        pkce: readChallenge(body),
        redirectTo: redirectTarget(identity.config, request),
      };
      return signUp(identity, wanted, caller);
    });
    if ("user" in result) return result.user;
    const { userId, sessionId, response } = result.session;
    const email = body.email.toLowerCase();
    await reportSignIn(identity, { userId, sessionId, email, method: "password", outcome: "success", ...caller });
    sessionHeaders(reply, result.session);
    return response;
  });
}
