import type { Passkey, PasskeyAnswer } from "@holdfast/contract";
import { audit } from "../../../platform/audit/audit.ts";
import type { Origin, Principal } from "../../../platform/http/principal.ts";
import { ProblemError } from "../../../platform/http/problem.ts";
import type { AuthDeps } from "../auth.deps.ts";
import type { Caller } from "../identity/identity-client.ts";
import type { PasskeyQuestion, PasskeyRecord } from "../identity/identity-passkey-calls.ts";
import { replaceRecoveryCodes } from "../second-factor/recovery-codes.ts";
import { deleteRecoveryCodes, findUnusedRecoveryCodes } from "../second-factor/second-factor.queries.ts";
import { hasSecondFactor } from "../second-factor/second-factor.service.ts";
import { findPasskey, findSecondFactorWish } from "../webauthn/passkeys.queries.ts";

/** The passkeys of who is signed in. What adds or removes one needs a session that has shown its second factor, as every request here does. */
export function createPasskeysService(
  deps: Pick<AuthDeps, "db" | "clock" | "identity" | "throttle" | "principals" | "notices">,
) {
  const { db, clock, identity, throttle, principals, notices } = deps;

  return {
    async list(accessToken: string, caller: Caller): Promise<Passkey[]> {
      return (await identity.listPasskeys(accessToken, caller)).map(toPasskey);
    },

    /** @throws ProblemError conflict, not_found, rate_limited */
    async start(accessToken: string, caller: Caller): Promise<PasskeyQuestion> {
      await throttle.spend("passkey", { ip: caller.ip });
      return identity.beginPasskey(accessToken, caller).catch(explainRecovered);
    },

    /** @throws ProblemError conflict, not_found, passkey_refused, passkey_challenge_expired, rate_limited */
    async add(
      { userId, email }: Principal,
      accessToken: string,
      { challengeId, credential, name }: PasskeyAnswer & { name: string },
      caller: Caller,
      origin: Origin,
    ): Promise<{ passkey: Passkey; recoveryCodes: string[] | null }> {
      const added = await throttle.attempt("passkey", { ip: caller.ip }, async () => ({
        counted: "success",
        result: await identity.addPasskey(accessToken, challengeId, credential, caller).catch(explainRecovered),
      }));
      const named = await identity.renamePasskey(accessToken, added.id, name, caller);
      const recoveryCodes = await db.transaction(async (tx) => {
        await audit(tx, origin, { action: "passkey.add", targetId: added.id, detail: { email, name } });
        // Where nothing but the password is asked for, it is the way in for who has lost the passkey.
        const needed =
          (await findSecondFactorWish.first(tx, userId))?.wanted && (await findPasskey.first(tx, userId))?.present;
        if (!needed || (await findUnusedRecoveryCodes.count(tx, userId)) > 0) return null;
        return replaceRecoveryCodes(tx, userId, clock.now());
      });
      principals.forget(userId);
      notices.tell({ userId, kind: "passkey_added", caller });
      return { passkey: toPasskey(named), recoveryCodes };
    },

    /** @throws ProblemError not_found */
    async rename(accessToken: string, id: string, name: string, caller: Caller): Promise<Passkey> {
      return toPasskey(await identity.renamePasskey(accessToken, id, name, caller));
    },

    /** @throws ProblemError not_found */
    async remove({ userId }: Principal, id: string, caller: Caller, origin: Origin): Promise<void> {
      await identity.deletePasskey(userId, id);
      await db.transaction(async (tx) => {
        if (!(await hasSecondFactor(tx, userId))) await deleteRecoveryCodes.all(tx, userId);
        await audit(tx, origin, { action: "passkey.remove", targetId: id });
      });
      principals.forget(userId);
      notices.tell({ userId, kind: "passkey_removed", caller });
    },
  };
}

/** To the contract, who came in by a recovery code has shown nothing. */
function explainRecovered(error: unknown): never {
  if (!(error instanceof ProblemError) || error.code !== "mfa_required") throw error;
  throw new ProblemError(
    "conflict",
    "You signed in with a recovery code. Remove the authenticator that you lost, then add the passkey.",
    { cause: error },
  );
}

function toPasskey({ id, name, createdAt, lastUsedAt }: PasskeyRecord): Passkey {
  return { id, name, createdAt: createdAt.toISOString(), lastUsedAt: lastUsedAt?.toISOString() ?? null };
}
