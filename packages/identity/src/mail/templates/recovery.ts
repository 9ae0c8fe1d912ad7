import type { Mail } from "../mailer.ts";
import type { EmailData } from "./email-data.ts";
import { renderEmail } from "./layout.ts";

export function recoveryEmail(data: EmailData): Omit<Mail, "to"> {
  return renderEmail({
    productName: data.productName,
    subject: `Reset your password for ${data.productName}`,
    paragraphs: [`Somebody asked to reset the password of ${data.email} at ${data.siteUrl}.`],
    action: { label: "Choose a new password", link: data.link },
    code: data.code,
    expiresIn: data.expiresIn,
    closing: "If it was not you, ignore this message: your password stays as it is.",
  });
}
