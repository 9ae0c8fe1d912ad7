import type { Database } from "../../../platform/database/database.ts";
import { ProblemError } from "../../../platform/http/problem.ts";
import type { VerifiedToken } from "../session/access-token.ts";
import { mailedSince } from "../session/mailed-session.ts";
import { findFactorStatus } from "../session/proof.queries.ts";
import type { RecentProof } from "../session/recent-proof.ts";
import { deleteTokens } from "../tokens/personal-tokens.queries.ts";
import type { Call } from "./read-call.ts";
import { RefusedCall } from "./refused-call.ts";

export interface GuardDeps {
  readonly db: Database;
  readonly recentProof: Pick<RecentProof, "require">;
  /** `/auth/v1` is exactly Supabase's. */
  readonly supabaseChanges: boolean;
}

/** Who asks, by a token that proved good; null for nobody, whom Supabase itself refuses. */
export interface Asker extends VerifiedToken {
  readonly accessToken: string;
}

/**
 * What Supabase Auth does not ask for before it changes how somebody signs in. It holds at our address alone: who reaches Supabase's own
 * address is judged by its settings.
 */
export interface ChangeGuard {
  /** @throws RefusedCall 403 reauthentication_needed */
  before(call: Call, asker: Asker | null): Promise<void>;
  /** After a success. */
  after(call: Call, asker: Asker | null): Promise<void>;
}

export function createChangeGuard({ db, recentProof, supabaseChanges }: GuardDeps): ChangeGuard {
  return {
    async before(call, asker) {
      if (!call.allowed.proof || supabaseChanges || asker === null || !(await isChange(db, call, asker))) return;
      try {
        await recentProof.require(asker);
      } catch (error) {
        if (!(error instanceof ProblemError) || error.code !== "recent_proof_required") throw error;
        const message = "This session has not proved itself recently: sign in again, or verify a factor";
        throw new RefusedCall(403, "reauthentication_needed", message);
      }
    },
    async after({ allowed: { method, path: pattern }, path, fields }, asker) {
      if (method !== "PUT" || !(fields?.password || fields?.password_hash)) return;
      if (pattern === "/admin/users/{id}") await deleteTokens.all(db, path.split("/").at(-1) as string);
      else if (asker && mailedSince(asker.accessToken) !== null) await deleteTokens.all(db, asker.userId);
    },
  };
}

/** Of the calls in question, those that change something that counts already. */
async function isChange(db: Database, { allowed, path, fields }: Call, { userId }: Asker): Promise<boolean> {
  if (allowed.path === "/user") return ["password", "email", "phone"].some((name) => Boolean(fields?.[name]));
  if (!allowed.path.startsWith("/factors/{id}")) return true;
  const factor = await findFactorStatus.first(db, path.split("/")[2] as string, userId);
  // The first code of a new factor makes it count; that of an older one is itself a proof.
  return factor !== undefined && (factor.status === "verified") === (allowed.method === "DELETE");
}
