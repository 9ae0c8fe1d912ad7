import type { Mail } from "../mailer.ts";
import { renderLetter } from "./layout.ts";
import type { LetterData } from "./letter-data.ts";

export function reauthenticationLetter(data: LetterData): Omit<Mail, "to"> {
  return renderLetter({
    productName: data.productName,
    subject: `${data.code} is your code for ${data.productName}`,
    paragraphs: [`Enter this code to confirm a change to your account ${data.email} at ${data.siteUrl}.`],
    code: data.code,
    expiresIn: data.expiresIn,
    closing: "If you did not ask for this, somebody is signed in as you: change your password.",
  });
}
