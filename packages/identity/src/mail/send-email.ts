import type { Database } from "../database.ts";
import { tooMany } from "../errors.ts";
import { newCode, type OneTimeCode } from "../one-time/one-time-codes.ts";
import { type OneTimeTokenType, storeToken } from "../one-time/one-time-tokens.queries.ts";
import type { Identity } from "../service.ts";
import type { UserRecord } from "../users/users.records.ts";
import type { Mail } from "./mailer.ts";
import { confirmationEmail } from "./templates/confirmation.ts";
import { emailChangeEmail } from "./templates/email-change.ts";
import type { EmailData } from "./templates/email-data.ts";
import { invitationEmail } from "./templates/invitation.ts";
import { magicLinkEmail } from "./templates/magic-link.ts";
import { reauthenticationEmail } from "./templates/reauthentication.ts";
import { recoveryEmail } from "./templates/recovery.ts";

/** What a link says that it is for; the `type` of /verify. */
export type EmailKind = "signup" | "invite" | "recovery" | "magiclink" | "email_change" | "reauthentication";

const templates: Record<EmailKind, (data: EmailData) => Omit<Mail, "to">> = {
  signup: confirmationEmail,
  invite: invitationEmail,
  recovery: recoveryEmail,
  magiclink: magicLinkEmail,
  email_change: emailChangeEmail,
  reauthentication: reauthenticationEmail,
};

export interface EmailRequest {
  kind: EmailKind;
  type: OneTimeTokenType;
  user: Pick<UserRecord, "id" | "email" | "raw_user_meta_data">;
  /** The mailbox; it need not be the account's. */
  address: string;
  newEmail?: string;
  redirectTo: string;
  pkce: boolean;
}

export interface PreparedEmail extends OneTimeCode {
  link: string;
  /** To be called after the transaction has been committed. The answer does not wait for the mail server. */
  send(): void;
}

/** Makes a code, stores its hash, and writes the email. */
export async function prepareEmail(identity: Identity, db: Database, request: EmailRequest): Promise<PreparedEmail> {
  const { config, mailer } = identity;
  const made = newCode(identity, request.address, request.pkce);
  await storeToken(db, {
    userId: request.user.id,
    type: request.type,
    hash: made.hash,
    address: request.address,
    now: identity.now(),
  });
  const link =
    config.emailLink?.({ kind: request.kind, tokenHash: made.hash }) ??
    verifyLink(identity, made.hash, request.kind, request.redirectTo);
  const ours = templates[request.kind]({
    productName: config.productName,
    siteUrl: config.siteUrl,
    email: request.user.email ?? "",
    newEmail: request.newEmail ?? "",
    link,
    code: made.code,
    expiresIn: request.kind === "invite" ? config.invitationExpiry : config.otpExpiry,
  });
  const message = { ...ours, ...inOperatorsWords(identity, request, made, link) };
  const send = () =>
    identity.background(`the ${request.kind} mail could not be sent`, async () =>
      mailer?.send({ to: request.address, ...message }),
    );
  return { ...made, link, send };
}

/** The text beside it stays ours: it says the same, to mail programs that show no HTML. */
function inOperatorsWords(identity: Identity, request: EmailRequest, made: OneTimeCode, link: string) {
  const own = identity.config.mailTemplates?.[request.kind];
  if (own === undefined) return {};
  const values = {
    SiteURL: identity.config.siteUrl,
    ConfirmationURL: request.kind === "reauthentication" ? "" : link,
    Token: made.code,
    TokenHash: made.hash,
    Email: request.user.email ?? "",
    NewEmail: request.newEmail ?? "",
    RedirectTo: request.redirectTo,
    Data: request.user.raw_user_meta_data,
  };
  const { subject, html } = own;
  return {
    ...(subject ? { subject: subject.render(values) } : {}),
    ...(html ? { html: html.render(values) } : {}),
  };
}

function verifyLink(identity: Identity, hash: string, kind: EmailKind, redirectTo: string): string {
  const link = new URL(`${identity.config.externalUrl.replace(/\/$/, "")}/verify`);
  link.search = new URLSearchParams({ token: hash, type: kind, redirect_to: redirectTo }).toString();
  return link.href;
}

/**
 * One mail of a kind to one mailbox in `mailFrequency` seconds. It is counted by the address and not by the account, so
 * that a refusal says nothing about whether there is one.
 *
 * @throws IdentityError 429 over_email_send_rate_limit
 */
export function checkMailFrequency(identity: Identity, kind: EmailKind, address: string): void {
  const { mailFrequency } = identity.config;
  if (mailFrequency <= 0) return;
  const wait = identity.throttle.take(`email|${kind}|${address}`, { burst: 1, perSeconds: mailFrequency });
  if (wait === 0) return;
  const seconds = Math.ceil(wait);
  throw tooMany(
    "over_email_send_rate_limit",
    `For security purposes, you can only request this after ${seconds} seconds.`,
    seconds,
  );
}
