import { writeAudit } from "../audit/audit.queries.ts";
import { inTransaction } from "../database.ts";
import { prepareEmail } from "../mail/send-email.ts";
import { createFlow, type PkceChallenge } from "../one-time/flow-state.queries.ts";
import type { Caller, Identity } from "../service.ts";
import { findUserByEmail } from "../users/users.queries.ts";

/** Does nothing where there is no account. */
export async function sendRecovery(
  identity: Identity,
  request: { email: string; pkce: PkceChallenge | null; redirectTo: string },
  caller: Caller,
): Promise<void> {
  const user = await findUserByEmail(identity.pool, request.email);
  if (user === undefined) return;
  const message = await inTransaction(identity.pool, async (db) => {
    const now = identity.now();
    if (request.pkce)
      await createFlow(db, { ...request.pkce, userId: user.id, method: "recovery", provider: "recovery", now });
    await writeAudit(db, "user_recovery_requested", user, caller, now);
    const pkce = request.pkce !== null;
    const common = { kind: "recovery", type: "recovery_token", redirectTo: request.redirectTo, pkce } as const;
    return prepareEmail(identity, db, { ...common, user, address: request.email });
  });
  message.send();
}
