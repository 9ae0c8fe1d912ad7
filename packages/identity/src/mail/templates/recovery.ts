import type { Mail } from "../mailer.ts";
import { renderLetter } from "./layout.ts";
import type { LetterData } from "./letter-data.ts";

export function recoveryLetter(data: LetterData): Omit<Mail, "to"> {
  return renderLetter({
    productName: data.productName,
    subject: `Reset your password for ${data.productName}`,
    paragraphs: [`Somebody asked to reset the password of ${data.email} at ${data.siteUrl}.`],
    action: { label: "Choose a new password", link: data.link },
    code: data.code,
    expiresIn: data.expiresIn,
    closing: "If it was not you, ignore this message: your password stays as it is.",
  });
}
