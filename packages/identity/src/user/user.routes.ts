import type { FastifyInstance, FastifyRequest } from "fastify";
import * as z from "zod";
import { writeAudit } from "../audit/audit.queries.ts";
import { inTransaction } from "../database.ts";
import { badRequest, forbidden, IdentityError, isUniqueViolation, unprocessable } from "../errors.ts";
import { metadata, readBody, readEmail, text } from "../http/body.ts";
import { redirectTarget } from "../http/redirect.ts";
import { checkMailFrequency, prepareEmail } from "../mail/send-email.ts";
import { readChallenge } from "../one-time/flow-state.queries.ts";
import { checkPasswordStrength } from "../password/password-rules.ts";
import { callerOf, confirmsItself, type Identity, reportChange, reportPasswordReset } from "../service.ts";
import { requireAccount, requireUser, type SignedIn } from "../sessions/bearer.ts";
import { requireRecentProof } from "../sessions/recent-proof.ts";
import { cameByMail } from "../sessions/session-proof.ts";
import { attemptFromAddress } from "../throttle/attempt.ts";
import { findUserById, mergeMetadata } from "../users/users.queries.ts";
import { hasVerifiedFactor, type UserRecord, userJson } from "../users/users.records.ts";
import { changeEmail, emailExists, requireFreeEmail, requireProvableEmail } from "./change-email.ts";
import { applyPasswordChange, preparePasswordChange } from "./change-password.ts";

const userBody = z.object({
  email: text,
  phone: text,
  password: z.string().nullish(),
  current_password: text,
  nonce: text,
  data: metadata,
  app_metadata: metadata,
  code_challenge: text,
  code_challenge_method: text,
});

export function userRoutes(app: FastifyInstance, identity: Identity): void {
  app.get("/user", async (request) => userJson((await requireAccount(identity, request)).user));

  app.put("/user", async (request) => {
    const signedIn = await requireUser(identity, request);
    const from = { ip: request.ip, account: signedIn.user.id };
    return userJson(await attemptFromAddress(identity, "user", from, () => updateUser(identity, signedIn, request)));
  });

  app.get("/reauthenticate", async (request) => {
    const { user } = await requireAccount(identity, request);
    if (!user.email) {
      const message = "Reauthentication requires the user to have an email or a phone number";
      throw badRequest("validation_failed", message);
    }
    if (user.email_confirmed_at === null) {
      throw unprocessable("email_not_confirmed", "Please verify your email first.");
    }
    if (identity.mailer === null) {
      throw badRequest("email_provider_disabled", "This server cannot send mail. Ask its administrator.");
    }
    const address = user.email;
    checkMailFrequency(identity, "reauthentication", address);
    const message = await inTransaction(identity.pool, async (db) => {
      await writeAudit(db, "user_reauthenticate_requested", user, callerOf(request), identity.now());
      const redirectTo = identity.config.siteUrl;
      const common = { kind: "reauthentication", type: "reauthentication_token", redirectTo, pkce: false } as const;
      return prepareEmail(identity, db, { ...common, user, address });
    });
    message.send();
    return {};
  });
}

async function updateUser(identity: Identity, signedIn: SignedIn, request: FastifyRequest): Promise<UserRecord> {
  const { user, session } = signedIn;
  const body = readBody(request, userBody);
  const newEmail = body.email === "" ? "" : readEmail(body.email);
  const email = newEmail === user.email ? "" : newEmail;
  const password = body.password || null;
  if (body.phone !== "") throw badRequest("phone_provider_disabled", "Phone numbers are not supported");
  if (body.password !== null && body.password !== undefined) await checkPasswordStrength(identity, body.password);
  if (body.app_metadata) throw forbidden("not_admin", "Updating app_metadata requires admin privileges");
  if ((password || email) && hasVerifiedFactor(user) && session.aal !== "aal2") {
    const message = "AAL2 session is required to update email or password when MFA is enabled.";
    throw new IdentityError(401, "insufficient_aal", message);
  }
  if (user.is_anonymous && password && !user.email && !email) {
    const message = "Updating password of an anonymous user without an email or phone is not allowed";
    throw unprocessable("validation_failed", message);
  }
  if (user.is_sso_user && (password || email || body.nonce)) {
    const message = "Updating email, phone, password of a SSO account only possible via SSO";
    throw unprocessable("user_sso_managed", message);
  }
  const proof = { currentPassword: body.current_password, nonce: body.nonce };
  if (email || password) await requireRecentProof(identity, signedIn, proof);
  const atOnce = identity.mailer === null || (user.is_anonymous && confirmsItself(identity));
  if (email && identity.mailer === null && identity.config.emailChangeNeedsMail && !user.is_anonymous) {
    const message = "This server sends no mail, so nobody can prove a new address. Ask its administrator to change it.";
    throw badRequest("email_provider_disabled", message);
  }
  if (email) await (atOnce ? requireFreeEmail : requireProvableEmail)(identity.pool, email, user.id);
  const pkce = readChallenge(body);
  if (email && identity.mailer) checkMailFrequency(identity, "email_change", user.email ?? user.id);
  const redirectTo = redirectTarget(identity.config, request);
  const change = { ...proof, password: password ?? "" };
  const hash = password ? await preparePasswordChange(identity, user, session, change) : null;

  const { updated, emails } = await inTransaction(identity.pool, async (db) => {
    const now = identity.now();
    const caller = callerOf(request);
    if (hash) {
      await applyPasswordChange(identity, db, user, hash, session.id);
      await writeAudit(db, "user_updated_password", user, caller, now);
    }
    if (body.data) await mergeMetadata(db, user.id, "raw_user_meta_data", body.data, now);
    const prepared = email ? await changeEmail(identity, db, user, { email, pkce, redirectTo }) : [];
    await writeAudit(db, "user_modified", user, caller, now);
    return { updated: await findUserById(db, user.id), emails: prepared };
  }).catch((error: unknown) => {
    throw isUniqueViolation(error) ? emailExists() : error;
  });
  for (const message of emails) message.send();
  if (hash) await reportChange(identity, user.id, "password", callerOf(request));
  if (hash && cameByMail(session)) await reportPasswordReset(identity, user.id);
  if (updated === undefined) throw forbidden("user_not_found", "User from sub claim in JWT does not exist");
  return updated;
}
