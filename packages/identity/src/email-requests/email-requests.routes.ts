import type { FastifyInstance } from "fastify";
import * as z from "zod";
import { badRequest } from "../errors.ts";
import { metadata, readBody, readEmail, text } from "../http/body.ts";
import { redirectTarget } from "../http/redirect.ts";
import { checkMailFrequency } from "../mail/send-email.ts";
import { readChallenge } from "../one-time/flow-state.queries.ts";
import { callerOf, type Identity } from "../service.ts";
import { countRequest } from "../throttle/attempt.ts";
import { resendEmail } from "./resend-email.ts";
import { sendMagicLink } from "./send-magic-link.ts";
import { sendRecovery } from "./send-recovery.ts";

const challenge = { code_challenge: text, code_challenge_method: text };
const recoverBody = z.object({ email: text, ...challenge });
const otpBody = z.object({
  email: text,
  phone: text,
  create_user: z
    .boolean()
    .nullish()
    .transform((value) => value ?? true),
  data: metadata,
  ...challenge,
});
const resendBody = z.object({ type: text, email: text, phone: text, ...challenge });

/**
 * Requests for mail. The answer is the same `{}` after the same work whether there is an account or not; what concerns
 * the account is done after the answer.
 */
export function mailRoutes(app: FastifyInstance, identity: Identity): void {
  app.post("/recover", async (request) => {
    const body = readBody(request, recoverBody);
    const caller = callerOf(request);
    await countRequest(identity, "mail", caller.ip, body.email.toLowerCase() || null);
    if (body.email === "") throw badRequest("validation_failed", "Password recovery requires an email");
    const email = readEmail(body.email);
    const pkce = readChallenge(body);
    requireMailer(identity);
    checkMailFrequency(identity, "recovery", email);
    const redirectTo = redirectTarget(identity.config, request);
    identity.background("a recovery could not be started", () =>
      sendRecovery(identity, { email, pkce, redirectTo }, caller),
    );
    return {};
  });

  for (const path of ["/otp", "/magiclink"]) {
    app.post(path, async (request) => {
      const body = readBody(request, otpBody);
      const caller = callerOf(request);
      await countRequest(identity, "mail", caller.ip, body.email.toLowerCase() || null);
      if (body.phone !== "") throw badRequest("phone_provider_disabled", "Unsupported phone provider");
      if (body.email === "") throw badRequest("validation_failed", "One of email or phone must be set");
      const email = readEmail(body.email);
      const pkce = readChallenge(body);
      requireMailer(identity);
      checkMailFrequency(identity, "magiclink", email);
      const redirectTo = redirectTarget(identity.config, request);
      const link = { email, pkce, redirectTo, createUser: body.create_user, data: body.data ?? {} };
      const send = () => sendMagicLink(identity, link, caller);
      // Only where a refusal is to be told has the account to be looked at first.
      if (identity.config.concealAccounts) identity.background("a sign-in link could not be sent", send);
      else await send();
      return {};
    });
  }

  app.post("/resend", async (request) => {
    const body = readBody(request, resendBody);
    const caller = callerOf(request);
    await countRequest(identity, "mail", caller.ip, body.email.toLowerCase() || null);
    const { type } = body;
    if (["sms", "phone_change"].includes(type) || body.phone !== "") {
      throw badRequest("phone_provider_disabled", "Phone logins are disabled");
    }
    if (type !== "signup" && type !== "email_change") {
      throw badRequest("validation_failed", "Missing one of these types: signup, email_change, sms, phone_change");
    }
    if (body.email === "") throw badRequest("validation_failed", "Type provided requires an email address");
    const email = readEmail(body.email);
    const pkce = readChallenge(body);
    requireMailer(identity);
    checkMailFrequency(identity, type, email);
    const redirectTo = redirectTarget(identity.config, request);
    identity.background("a message could not be sent again", () =>
      resendEmail(identity, { type, email, pkce, redirectTo }, caller),
    );
    return {};
  });
}

/** @throws IdentityError 400 email_provider_disabled */
function requireMailer(identity: Identity): void {
  if (identity.mailer !== null) return;
  throw badRequest(
    "email_provider_disabled",
    "This server cannot send mail. Ask its administrator to set a new password.",
  );
}
