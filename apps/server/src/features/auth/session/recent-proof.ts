import type { Clock } from "../../../platform/clock.ts";
import type { Database } from "../../../platform/database/database.ts";
import { ProblemError } from "../../../platform/http/problem.ts";
import { findProof, type ProofRow } from "./proof.queries.ts";

/** Whose session it is, as far as a proof needs to know. */
export interface ProvenSession {
  readonly userId: string;
  readonly sessionId: string;
}

export interface ProofState {
  /** Until when the session counts as recently proved; null: it does not. */
  readonly until: Date | null;
  readonly password: boolean;
  readonly code: boolean;
  /** Of any kind. */
  readonly factor: boolean;
}

/**
 * The rule for everything that changes how somebody gets in (OWASP ASVS 5.0, 7.5.1): the session has proved itself recently, so that one
 * which was taken, or left open, does not become the account.
 */
export interface RecentProof {
  stateOf(session: ProvenSession): Promise<ProofState>;
  /** @throws ProblemError recent_proof_required */
  require(session: ProvenSession): Promise<void>;
  /** For what asks for the password itself: a second factor is not shown by that. @throws ProblemError recent_proof_required */
  requireWithFactor(session: ProvenSession): Promise<void>;
}

export function createRecentProof(db: Database, clock: Clock, seconds: number): RecentProof {
  async function stateOf({ sessionId, userId }: ProvenSession): Promise<ProofState> {
    const row = await findProof.first(db, sessionId, userId);
    const until = row ? endOf(row) : null;
    return {
      until: until && until > clock.now() ? until : null,
      password: row?.has_password ?? false,
      code: row?.has_totp ?? false,
      factor: row?.has_factor ?? false,
    };
  }

  function endOf({ is_anonymous: isAnonymous, proved_at: provedAt }: ProofRow): Date | null {
    // Nobody's name: there is nothing that could be asked for, and nothing to be taken but the session itself.
    const from = isAnonymous ? clock.now() : provedAt;
    return from && new Date(from.getTime() + seconds * 1000);
  }

  return {
    stateOf,
    async require(session) {
      if ((await stateOf(session)).until === null) throw proofRequired();
    },
    async requireWithFactor(session) {
      const { factor, until } = await stateOf(session);
      if (factor && until === null) throw proofRequired();
    },
  };
}

export function proofRequired(
  detail = "Confirm that it is you first: with your password, and code if you have one, or by signing in again.",
): ProblemError {
  return new ProblemError("recent_proof_required", detail);
}
