import { audit } from "../../../platform/audit/audit.ts";
import { ProblemError } from "../../../platform/http/problem.ts";
import type { AuthDeps } from "../auth.deps.ts";
import { deleteSessions } from "../session/sessions.queries.ts";
import { deleteTokens } from "../tokens/personal-tokens.queries.ts";
import { findUserIdByEmail } from "../users/users.queries.ts";

/**
 * For the operator at the machine itself, who needs to prove nothing more: sets the password, enables the account, and ends its sessions and tokens.
 * @throws ProblemError not_found, weak_password
 */
export async function resetPassword(
  { db, identity, requireStrongPassword }: Pick<AuthDeps, "db" | "identity" | "requireStrongPassword">,
  email: string,
  password: string,
): Promise<void> {
  await requireStrongPassword(password);
  const id = await findUserIdByEmail(db, email);
  if (!id) throw new ProblemError("not_found", `There is no account with the address ${email}.`);
  await identity.updateAccount(id, { password, disabled: false });
  await db.transaction(async (tx) => {
    await deleteSessions.all(tx, id);
    await deleteTokens.all(tx, id);
    const operator = { actorId: null, ip: null, requestId: null };
    await audit(tx, operator, { action: "user.update", targetId: id, detail: { password: "changed", by: "operator" } });
  });
}
