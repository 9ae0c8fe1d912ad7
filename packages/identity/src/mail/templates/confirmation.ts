import type { Mail } from "../mailer.ts";
import { renderLetter } from "./layout.ts";
import type { LetterData } from "./letter-data.ts";

export function confirmationLetter(data: LetterData): Omit<Mail, "to"> {
  return renderLetter({
    productName: data.productName,
    subject: `Confirm your address for ${data.productName}`,
    paragraphs: [`An account for ${data.email} was made at ${data.siteUrl}. Confirm the address to start using it.`],
    action: { label: "Confirm address", link: data.link },
    code: data.code,
    expiresIn: data.expiresIn,
    closing: "If you did not make this account, ignore this message: without the confirmation nobody can use it.",
  });
}
