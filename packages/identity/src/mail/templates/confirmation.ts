import type { Mail } from "../mailer.ts";
import type { EmailData } from "./email-data.ts";
import { renderEmail } from "./layout.ts";

export function confirmationEmail(data: EmailData): Omit<Mail, "to"> {
  return renderEmail({
    productName: data.productName,
    subject: `Confirm your address for ${data.productName}`,
    paragraphs: [`An account for ${data.email} was made at ${data.siteUrl}. Confirm the address to start using it.`],
    action: { label: "Confirm address", link: data.link },
    code: data.code,
    expiresIn: data.expiresIn,
    closing: "If you did not make this account, ignore this message: without the confirmation nobody can use it.",
  });
}
