import type { Factor, Role, SecondFactorPolicy } from "@holdfast/contract";
import { audit } from "../../../platform/audit/audit.ts";
import type { Tx } from "../../../platform/database/database.ts";
import type { Origin, Principal } from "../../../platform/http/principal.ts";
import { notFound, ProblemError } from "../../../platform/http/problem.ts";
import type { AuthDeps } from "../auth.deps.ts";
import type { Caller } from "../identity/identity-client.ts";
import { signedIn } from "../session/signed-in.ts";
import { findPasskey } from "../webauthn/passkeys.queries.ts";
import { replaceRecoveryCodes } from "./recovery-codes.ts";
import {
  deleteRecoveryCodes,
  type FactorRow,
  findFactor,
  findUnusedRecoveryCodes,
  listFactors,
} from "./second-factor.queries.ts";

/**
 * The second factors of who is signed in. A session of a user with a factor is refused everything before it has shown it (`authenticate.ts`),
 * so a request that gets here has shown one, or there is none.
 */
export function createSecondFactorService(
  deps: Pick<
    AuthDeps,
    | "db"
    | "clock"
    | "identity"
    | "throttle"
    | "principals"
    | "events"
    | "history"
    | "policy"
    | "verifier"
    | "authenticator"
    | "notices"
  >,
) {
  const { db, clock, identity, throttle, principals, events, policy } = deps;

  return {
    async list({
      userId,
      role,
    }: Principal): Promise<{ items: Factor[]; recoveryCodesLeft: number; required: boolean }> {
      const rows = await listFactors.all(db, userId, "any");
      return {
        items: rows.map(toFactor),
        recoveryCodesLeft: await findUnusedRecoveryCodes.count(db, userId),
        required: isFactorRequired((await policy.read()).secondFactor, role),
      };
    },

    /** @throws ProblemError conflict, rate_limited */
    async enrol(accessToken: string, name: string, caller: Caller) {
      try {
        return await identity.enrolTotp(accessToken, name, caller);
      } catch (error) {
        if (!(error instanceof ProblemError) || error.code !== "mfa_required") throw error;
        // To the contract, who came in by a recovery code has shown nothing.
        throw new ProblemError(
          "conflict",
          "You signed in with a recovery code. Remove the authenticator that you lost, then set up the new one.",
          { cause: error },
        );
      }
    },

    /** @throws ProblemError not_found, mfa_code_wrong, rate_limited */
    async confirm(principal: Principal, accessToken: string, id: string, code: string, caller: Caller, origin: Origin) {
      const { userId, email } = principal;
      if (!(await findFactor.first(db, id, userId))) throw notFound();
      const parts = { account: userId, ip: caller.ip };
      const grant = await throttle.attempt("mfa", parts, async () => ({
        counted: "success",
        result: await identity.verifyTotp(accessToken, id, code, caller),
      }));
      principals.forget(userId);
      const recoveryCodes = await db.transaction(async (tx) => {
        await audit(tx, origin, { action: "factor.add", targetId: id, detail: { email } });
        const present = await findUnusedRecoveryCodes.count(tx, userId);
        return present > 0 ? null : replaceRecoveryCodes(tx, userId, clock.now());
      });
      events.publish(userId, { type: "session.ended" });
      deps.notices.tell({ userId, kind: "factor_added", caller });
      return { ...(await signedIn(deps, grant)), recoveryCodes };
    },

    /** @throws ProblemError not_found */
    async remove({ userId }: Principal, id: string, caller: Caller, origin: Origin): Promise<void> {
      if (!(await findFactor.first(db, id, userId))) throw notFound();
      await identity.deleteFactor(userId, id);
      await db.transaction(async (tx) => {
        if (!(await hasSecondFactor(tx, userId))) await deleteRecoveryCodes.all(tx, userId);
        await audit(tx, origin, { action: "factor.remove", targetId: id });
      });
      principals.forget(userId);
      deps.notices.tell({ userId, kind: "factor_removed", caller });
    },

    /** @throws ProblemError conflict */
    async renewRecoveryCodes({ userId }: Principal, origin: Origin): Promise<string[]> {
      return db.transaction(async (tx) => {
        if (!(await hasSecondFactor(tx, userId))) {
          throw new ProblemError("conflict", "Recovery codes stand in for a second factor. Set one up first.");
        }
        await audit(tx, origin, { action: "factor.recovery_codes", targetId: userId });
        return replaceRecoveryCodes(tx, userId, clock.now());
      });
    },
  };
}

/** Does the policy ask this user for a second factor? */
function isFactorRequired(policy: SecondFactorPolicy, role: Role): boolean {
  return policy === "everybody" || (policy === "admins" && role === "admin");
}

/** What recovery codes stand in for. */
export async function hasSecondFactor(tx: Tx, userId: string): Promise<boolean> {
  return (await listFactors.count(tx, userId, "any")) > 0 || ((await findPasskey.first(tx, userId))?.present ?? false);
}

function toFactor(row: FactorRow): Factor {
  return {
    id: row.id,
    name: row.friendly_name || "Authenticator",
    createdAt: row.created_at.toISOString(),
    lastUsedAt: row.last_challenged_at?.toISOString() ?? null,
  };
}
