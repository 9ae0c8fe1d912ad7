import type { Mail } from "../mailer.ts";
import { renderLetter } from "./layout.ts";
import type { LetterData } from "./letter-data.ts";

export function invitationLetter(data: LetterData): Omit<Mail, "to"> {
  return renderLetter({
    productName: data.productName,
    subject: `You are invited to ${data.productName}`,
    paragraphs: [`You are invited to use ${data.productName} at ${data.siteUrl} with the address ${data.email}.`],
    action: { label: "Accept invitation", link: data.link },
    expiresIn: data.expiresIn,
    closing: "If you did not expect this, ignore this message.",
  });
}
