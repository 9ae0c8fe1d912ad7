import type { SessionRecord } from "./sessions.queries.ts";

/** How `amr` notes that a session was opened from a mailbox. */
export const byMail: ReadonlySet<string> = new Set([
  "otp",
  "magiclink",
  "recovery",
  "invite",
  "email/signup",
  "email_change",
]);

/** Opened by a mail, and neither a password nor a factor was shown in it since. */
export const cameByMail = ({ amr }: Pick<SessionRecord, "amr">) =>
  amr.length > 0 && amr.every(({ method }) => byMail.has(method));
