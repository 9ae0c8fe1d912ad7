import type { Database } from "../database.ts";
import { unprocessable } from "../errors.ts";
import { type PreparedEmail, prepareEmail } from "../mail/send-email.ts";
import { createFlow, type PkceChallenge } from "../one-time/flow-state.queries.ts";
import { confirmsItself, type Identity } from "../service.ts";
import { onlyClaims } from "../users/email-proof.ts";
import { syncProviders } from "../users/identities.queries.ts";
import { findUserHoldingEmail } from "../users/users.queries.ts";
import type { UserRecord } from "../users/users.records.ts";
import { finishEmailChange, startEmailChange } from "./email-change.queries.ts";

/** @throws IdentityError 422 email_exists */
export async function requireFreeEmail(db: Database, email: string, userId: string): Promise<void> {
  const holder = await findUserHoldingEmail(db, email);
  if (holder !== undefined && holder.id !== userId) throw emailExists();
}

/** The same for a change that a mail will prove: who only claims the address does not keep it from its owner. @throws IdentityError 422 email_exists */
export async function requireProvableEmail(db: Database, email: string, userId: string): Promise<void> {
  const holder = await findUserHoldingEmail(db, email);
  if (holder !== undefined && holder.id !== userId && !onlyClaims(holder, email)) throw emailExists();
}

export const emailExists = () =>
  unprocessable("email_exists", "A user with this email address has already been registered");

/**
 * Begins a change of address: an email to the new mailbox and, with `secureEmailChange`, one to the present mailbox. The
 * change happens at once, and unproved, where no mail can be sent, or where an anonymous account gets its first address and addresses
 * confirm themselves.
 *
 * @returns emails to send after the commit.
 */
export async function changeEmail(
  identity: Identity,
  db: Database,
  user: UserRecord,
  change: { email: string; pkce: PkceChallenge | null; redirectTo: string },
): Promise<PreparedEmail[]> {
  const { config } = identity;
  const now = identity.now();
  if (identity.mailer === null || (user.is_anonymous && confirmsItself(identity))) {
    await startEmailChange(db, user.id, change.email, now);
    await finishEmailChange(db, user.id, false, now);
    await syncProviders(db, user.id);
    return [];
  }
  await startEmailChange(db, user.id, change.email, now);
  if (change.pkce) {
    await createFlow(db, { ...change.pkce, userId: user.id, method: "email_change", provider: "email_change", now });
  }
  const common = { kind: "email_change", user, newEmail: change.email, redirectTo: change.redirectTo } as const;
  const pkce = change.pkce !== null;
  const emails = [
    await prepareEmail(identity, db, { ...common, type: "email_change_token_new", address: change.email, pkce }),
  ];
  if (config.secureEmailChange && user.email) {
    emails.push(
      await prepareEmail(identity, db, { ...common, type: "email_change_token_current", address: user.email, pkce }),
    );
  }
  return emails;
}
