import { timingSafeEqual } from "node:crypto";
import { unprocessable } from "../errors.ts";
import type { Identity } from "../service.ts";
import { attemptAccount } from "../throttle/attempt.ts";
import type { UserRecord } from "../users/users.records.ts";
import { codeHash } from "./one-time-codes.ts";
import { clearToken } from "./one-time-tokens.queries.ts";

/** Uses up the code that `GET /reauthenticate` sent. @throws IdentityError 422 reauthentication_not_valid, 429 over_request_rate_limit */
export async function spendNonce(identity: Identity, user: UserRecord, nonce: string): Promise<void> {
  await attemptAccount(identity, "verify", user.id, async () => {
    if (isCurrentNonce(identity, user, nonce)) return;
    throw unprocessable("reauthentication_not_valid", "Nonce has expired or is invalid");
  });
  await clearToken(identity.pool, user.id, "reauthentication_token");
}

function isCurrentNonce(identity: Identity, user: UserRecord, nonce: string): boolean {
  const sentAt = user.reauthentication_sent_at?.getTime();
  if (!user.email || user.reauthentication_token === "" || sentAt === undefined) return false;
  if (identity.now().getTime() > sentAt + identity.config.otpExpiry * 1000) return false;
  const given = Buffer.from(codeHash(identity, user.email, nonce));
  const expected = Buffer.from(user.reauthentication_token);
  return given.length === expected.length && timingSafeEqual(given, expected);
}
