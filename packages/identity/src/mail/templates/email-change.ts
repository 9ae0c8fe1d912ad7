import type { Mail } from "../mailer.ts";
import type { EmailData } from "./email-data.ts";
import { renderEmail } from "./layout.ts";

export function emailChangeEmail(data: EmailData): Omit<Mail, "to"> {
  return renderEmail({
    productName: data.productName,
    subject: `Confirm your new address for ${data.productName}`,
    paragraphs: [
      `The address of your account at ${data.siteUrl} is to change from ${data.email || "none"} to ${data.newEmail}.`,
      "If your old and your new address both get this email, confirm in both: the address changes after that.",
    ],
    action: { label: "Confirm change of address", link: data.link },
    code: data.code,
    expiresIn: data.expiresIn,
    closing: "If you did not ask for this, do not confirm, and change your password.",
  });
}
