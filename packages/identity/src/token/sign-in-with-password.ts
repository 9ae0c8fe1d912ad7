import { writeAudit } from "../audit/audit.queries.ts";
import { inTransaction } from "../database.ts";
import { badRequest, isVerdict } from "../errors.ts";
import { weakness } from "../password/password-rules.ts";
import { type Caller, type Identity, reportSignIn } from "../service.ts";
import { type IssuedSession, issueSession } from "../sessions/issue-session.ts";
import { attemptAccount } from "../throttle/attempt.ts";
import { findUserByEmail, replacePasswordHash } from "../users/users.queries.ts";
import { isBanned, type UserRecord } from "../users/users.records.ts";

/**
 * @throws IdentityError 400 (invalid_credentials, email_not_confirmed, user_banned), 429 over_request_rate_limit,
 *   503 server_busy. What is
 *   wrong with an account is only told to who knows its password.
 */
export async function signInWithPassword(
  identity: Identity,
  email: string,
  password: string,
  caller: Caller,
): Promise<IssuedSession> {
  const user = await attemptAccount(identity, "sign_in", email, async () => {
    const found = await findUserByEmail(identity.pool, email);
    try {
      return await requireRightPassword(identity, found, password);
    } catch (error) {
      if (isVerdict(error)) {
        const failure = { userId: found?.id ?? null, sessionId: null, email, method: "password", outcome: error.code };
        await reportSignIn(identity, { ...failure, ...caller });
      }
      throw error;
    }
  });
  await strengthenHash(identity, user, password);
  const issued = await inTransaction(identity.pool, async (db) => {
    await writeAudit(db, "login", user, caller, identity.now(), { provider: "email" });
    return issueSession(identity, db, user.id, "password", caller);
  });
  const { userId, sessionId } = issued;
  await reportSignIn(identity, { userId, sessionId, email, method: "password", outcome: "success", ...caller });
  const weak = weakness(identity.config, password);
  return weak ? { ...issued, response: { ...issued.response, weak_password: weak } } : issued;
}

async function requireRightPassword(
  identity: Identity,
  user: UserRecord | undefined,
  password: string,
): Promise<UserRecord> {
  const right = await identity.passwords.verify(password, user?.encrypted_password || null);
  if (user === undefined || !right) throw badRequest("invalid_credentials", "Invalid login credentials");
  if (isBanned(user, identity.now())) throw badRequest("user_banned", "User is banned");
  if (user.email_confirmed_at === null) throw badRequest("email_not_confirmed", "Email not confirmed");
  return user;
}

/** Other hashes than ours take another time, which would tell a guesser that the account exists: ours replaces them. */
async function strengthenHash(identity: Identity, user: UserRecord, password: string): Promise<void> {
  const former = user.encrypted_password as string;
  if (former.startsWith("$argon2")) return;
  await replacePasswordHash(identity.pool, user.id, former, await identity.passwords.hash(password));
}
