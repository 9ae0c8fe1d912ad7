import type { Mail } from "../mailer.ts";
import { renderEmail } from "./layout.ts";

export interface SecurityNoticeData {
  productName: string;
  siteUrl: string;
  email: string;
  /** What happened, in a sentence. */
  what: string;
  /** Where from, as far as it is known. */
  where: string;
}

/** Told afterwards to who owns the account, so that a change that was not theirs is noticed. It carries no link that does anything. */
export function securityNoticeEmail(data: SecurityNoticeData): Omit<Mail, "to"> {
  return renderEmail({
    productName: data.productName,
    subject: `${data.what} (${data.productName})`,
    paragraphs: [`${data.what} It concerns your account ${data.email} at ${data.siteUrl}.`, data.where],
    closing:
      "If this was you, there is nothing to do. If not, ask for a new password on the sign-in page, which ends every session and access token, and tell an administrator.",
  });
}
