import type { Mail } from "../mailer.ts";
import type { EmailData } from "./email-data.ts";
import { renderEmail } from "./layout.ts";

export function invitationEmail(data: EmailData): Omit<Mail, "to"> {
  return renderEmail({
    productName: data.productName,
    subject: `You are invited to ${data.productName}`,
    paragraphs: [`You are invited to use ${data.productName} at ${data.siteUrl} with the address ${data.email}.`],
    action: { label: "Accept invitation", link: data.link },
    expiresIn: data.expiresIn,
    closing: "If you did not expect this, ignore this message.",
  });
}
