import type { Mail } from "../mailer.ts";
import type { EmailData } from "./email-data.ts";
import { renderEmail } from "./layout.ts";

export function reauthenticationEmail(data: EmailData): Omit<Mail, "to"> {
  return renderEmail({
    productName: data.productName,
    subject: `${data.code} is your code for ${data.productName}`,
    paragraphs: [`Enter this code to confirm a change to your account ${data.email} at ${data.siteUrl}.`],
    code: data.code,
    expiresIn: data.expiresIn,
    closing: "If you did not ask for this, somebody is signed in as you: change your password.",
  });
}
