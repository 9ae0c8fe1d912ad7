import type { FastifyInstance, FastifyRequest } from "fastify";
import * as z from "zod";
import { inTransaction } from "../database.ts";
import { badRequest, isUniqueViolation } from "../errors.ts";
import { metadata, readBody, readEmail, text } from "../http/body.ts";
import { isAllowedRedirect, redirectTarget } from "../http/redirect.ts";
import { prepareEmail } from "../mail/send-email.ts";
import { checkPasswordStrength } from "../password/password-rules.ts";
import { callerOf, type Identity } from "../service.ts";
import { emailExists } from "../user/change-email.ts";
import { userJson } from "../users/users.records.ts";
import { generateLink, linkPassword, linkTypes } from "./generate-link.ts";
import { inviteUser } from "./invite-user.ts";

const inviteBody = z.object({ email: text, data: metadata });
const linkBody = z.object({
  type: text,
  email: text,
  new_email: text,
  password: text,
  data: metadata,
  redirect_to: text,
});

export function linkRoutes(app: FastifyInstance, identity: Identity): void {
  app.post("/invite", async (request) => {
    const body = readBody(request, inviteBody);
    const email = readEmail(body.email);
    if (identity.mailer === null) {
      const message = "This server cannot send mail. Make the account with a password, or pass on a generated link.";
      throw badRequest("email_provider_disabled", message);
    }
    const redirectTo = redirectTarget(identity.config, request);
    const { user, message } = await inTransaction(identity.pool, async (db) => {
      const invited = await inviteUser(identity, db, { email, data: body.data ?? {} }, callerOf(request));
      const common = { kind: "invite", type: "confirmation_token", redirectTo, pkce: false } as const;
      return { user: invited, message: await prepareEmail(identity, db, { ...common, user: invited, address: email }) };
    }).catch(takenAddress);
    message.send();
    return userJson(user);
  });

  app.post("/admin/generate_link", async (request) => {
    const body = readBody(request, linkBody);
    if (!linkTypes.includes(body.type)) {
      throw badRequest("validation_failed", `Invalid email action link type requested: ${body.type}`);
    }
    const link = {
      type: body.type,
      email: readEmail(body.email),
      newEmail: body.new_email,
      password: body.password,
      data: body.data ?? {},
      redirectTo: askedTarget(identity, request, body.redirect_to),
    };
    if (link.type === "signup") {
      if (link.password === "") throw badRequest("validation_failed", "Signup requires a valid password");
      await checkPasswordStrength(identity, link.password);
    }
    const toHash = linkPassword(link);
    const hash = toHash === null ? null : await identity.passwords.hash(toHash);
    const { user, message, type } = await inTransaction(identity.pool, (db) =>
      generateLink(identity, db, link, hash, callerOf(request)),
    ).catch(takenAddress);
    return {
      ...userJson(user),
      action_link: message.link,
      email_otp: message.code,
      hashed_token: message.hash,
      verification_type: type,
      redirect_to: link.redirectTo,
    };
  });
}

const askedTarget = (identity: Identity, request: FastifyRequest, asked: string) =>
  isAllowedRedirect(identity.config, asked) ? asked : redirectTarget(identity.config, request);

function takenAddress(error: unknown): never {
  throw isUniqueViolation(error) ? emailExists() : error;
}
