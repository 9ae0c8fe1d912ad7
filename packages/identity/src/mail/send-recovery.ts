import { writeAudit } from "../admin/audit.queries.ts";
import { inTransaction } from "../database.ts";
import type { Caller, Identity } from "../service.ts";
import { createFlow, type PkceChallenge } from "../token/flow-state.queries.ts";
import { findUserByEmail } from "../user/users.queries.ts";
import { prepareLetter } from "./send-letter.ts";

/** Does nothing where there is no account. */
export async function sendRecovery(
  identity: Identity,
  request: { email: string; pkce: PkceChallenge | null; redirectTo: string },
  caller: Caller,
): Promise<void> {
  const user = await findUserByEmail(identity.pool, request.email);
  if (user === undefined) return;
  const letter = await inTransaction(identity.pool, async (db) => {
    const now = identity.now();
    if (request.pkce)
      await createFlow(db, { ...request.pkce, userId: user.id, method: "recovery", provider: "recovery", now });
    await writeAudit(db, "user_recovery_requested", user, caller, now);
    const pkce = request.pkce !== null;
    const common = { kind: "recovery", type: "recovery_token", redirectTo: request.redirectTo, pkce } as const;
    return prepareLetter(identity, db, { ...common, user, address: request.email });
  });
  letter.send();
}
