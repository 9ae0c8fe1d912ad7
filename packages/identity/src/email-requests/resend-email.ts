import { writeAudit } from "../audit/audit.queries.ts";
import { inTransaction } from "../database.ts";
import { prepareEmail } from "../mail/send-email.ts";
import { createFlow, type PkceChallenge } from "../one-time/flow-state.queries.ts";
import type { Caller, Identity } from "../service.ts";
import { changeEmail } from "../user/change-email.ts";
import { findUserByEmail } from "../users/users.queries.ts";

export interface ResendRequest {
  type: "signup" | "email_change";
  email: string;
  pkce: PkceChallenge | null;
  redirectTo: string;
}

/** Does nothing where there is nothing left to confirm. A new code replaces the one that was sent before. */
export async function resendEmail(identity: Identity, request: ResendRequest, caller: Caller): Promise<void> {
  const user = await findUserByEmail(identity.pool, request.email);
  if (user === undefined) return;
  const { redirectTo, pkce } = request;
  if (request.type === "email_change") {
    if (user.email_change === "") return;
    const email = user.email_change;
    const emails = await inTransaction(identity.pool, (db) =>
      changeEmail(identity, db, user, { email, pkce, redirectTo }),
    );
    for (const message of emails) message.send();
    return;
  }
  if (user.email_confirmed_at !== null) return;
  const message = await inTransaction(identity.pool, async (db) => {
    const now = identity.now();
    if (pkce) await createFlow(db, { ...pkce, userId: user.id, method: "email/signup", provider: "email", now });
    await writeAudit(db, "user_confirmation_requested", user, caller, now);
    const common = { kind: "signup", type: "confirmation_token", redirectTo, pkce: pkce !== null } as const;
    return prepareEmail(identity, db, { ...common, user, address: request.email });
  });
  message.send();
}
