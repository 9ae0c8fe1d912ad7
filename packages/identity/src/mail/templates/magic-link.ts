import type { Mail } from "../mailer.ts";
import type { EmailData } from "./email-data.ts";
import { renderEmail } from "./layout.ts";

export function magicLinkEmail(data: EmailData): Omit<Mail, "to"> {
  return renderEmail({
    productName: data.productName,
    subject: `Sign in to ${data.productName}`,
    paragraphs: [`Here is your way in to ${data.productName} at ${data.siteUrl} as ${data.email}.`],
    action: { label: "Sign in", link: data.link },
    code: data.code,
    expiresIn: data.expiresIn,
    closing: "If you did not ask to sign in, ignore this message, and pass it on to nobody: it opens your account.",
  });
}
