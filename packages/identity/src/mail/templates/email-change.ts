import type { Mail } from "../mailer.ts";
import { renderLetter } from "./layout.ts";
import type { LetterData } from "./letter-data.ts";

export function emailChangeLetter(data: LetterData): Omit<Mail, "to"> {
  return renderLetter({
    productName: data.productName,
    subject: `Confirm your new address for ${data.productName}`,
    paragraphs: [
      `The address of your account at ${data.siteUrl} is to change from ${data.email || "none"} to ${data.newEmail}.`,
      "Where both mailboxes are asked, the change happens when both have confirmed.",
    ],
    action: { label: "Confirm change of address", link: data.link },
    code: data.code,
    expiresIn: data.expiresIn,
    closing: "If you did not ask for this, do not confirm, and change your password.",
  });
}
