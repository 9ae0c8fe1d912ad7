import { randomUUID } from "node:crypto";
import { writeAudit } from "../audit/audit.queries.ts";
import { inTransaction } from "../database.ts";
import { unprocessable } from "../errors.ts";
import type { Caller, Identity } from "../service.ts";
import { type IssuedSession, issueSession } from "../sessions/issue-session.ts";
import { insertUser } from "../users/users.queries.ts";
import { requireSignUpAllowed } from "./sign-up-policy.ts";

/** An account without address or password, which its session alone opens. */
export async function signUpAnonymously(
  identity: Identity,
  data: Record<string, unknown>,
  caller: Caller,
): Promise<IssuedSession> {
  if (!identity.config.anonymous) {
    throw unprocessable("anonymous_provider_disabled", "Anonymous sign-ins are disabled");
  }
  await requireSignUpAllowed(identity, {
    email: null,
    method: "anonymous",
    provider: "anonymous",
    userMetadata: data,
    ip: caller.ip,
  });
  return inTransaction(identity.pool, async (db) => {
    const now = identity.now();
    const id = randomUUID();
    await insertUser(db, {
      id,
      email: null,
      passwordHash: null,
      appMetadata: {},
      userMetadata: data,
      isAnonymous: true,
      now,
    });
    await writeAudit(db, "user_signedup", { id, email: null, is_sso_user: false }, caller, now, {
      provider: "anonymous",
    });
    return issueSession(identity, db, id, "anonymous", caller);
  });
}
