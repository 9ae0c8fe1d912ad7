import type { User } from "@holdfast/contract";
import type { Logger } from "pino";
import { audit } from "../../../platform/audit/audit.ts";
import type { Clock } from "../../../platform/clock.ts";
import type { Database } from "../../../platform/database/database.ts";
import type { Events } from "../../../platform/events/events.ts";
import type { Origin, Principal } from "../../../platform/http/principal.ts";
import { notFound, ProblemError } from "../../../platform/http/problem.ts";
import type { LoginHistory } from "../history/login-history.ts";
import type { Caller, Grant, IdentityClient } from "../identity/identity-client.ts";
import { requireStrongPassword } from "../password/password-policy.ts";
import { mailAccount } from "../recovery/request-mail.ts";
import type { SignInChallenges } from "../second-factor/sign-in-challenge.ts";
import type { TokenVerifier } from "../session/access-token.ts";
import type { Authenticator } from "../session/authenticate.ts";
import { endSession } from "../session/end-session.ts";
import type { Principals } from "../session/principals.ts";
import type { Renewals } from "../session/renewals.ts";
import { openness, type SignInPolicy } from "../settings/sign-in-policy.ts";
import type { SiteUrl } from "../site/site-url.ts";
import type { Throttle } from "../throttle/throttle.ts";
import { deleteSession, findUser, listLoginRows, listSessionRows, setDisplayName } from "../users/users.queries.ts";

export interface AuthServiceDeps {
  db: Database;
  clock: Clock;
  events: Events;
  identity: IdentityClient;
  throttle: Throttle;
  history: LoginHistory;
  principals: Principals;
  renewals: Renewals;
  verifier: TokenVerifier;
  authenticator: Authenticator;
  challenges: SignInChallenges;
  policy: SignInPolicy;
  passwordMinLength: number;
  log: Logger;
  /** A real Supabase answers. */
  remote: boolean;
  /** Whether the identity service can send mail. */
  mail: boolean;
  siteUrl: SiteUrl;
}

/** A session's tokens with the user whose it is. */
export interface SignedIn {
  grant: Grant;
  user: User;
}

export type AuthService = ReturnType<typeof createAuthService>;

export function createAuthService(deps: AuthServiceDeps) {
  const { db, clock, identity, throttle, history, principals, events } = deps;

  async function signedIn(grant: Grant): Promise<SignedIn> {
    await deps.authenticator.principalOf(await deps.verifier.verify(grant.accessToken));
    const user = await findUser(db, grant.userId);
    if (!user) throw new ProblemError("session_ended", "The session has ended. Sign in again.");
    return { grant, user };
  }

  /**
   * Accepts a session that was just made, or ends it. One that needs a second step stays: its password was right, and it opens nothing yet.
   * @param note what is to be done before it is handed out
   * @throws ProblemError mfa_required with a challenge, user_disabled, approval_pending, session_ended
   */
  async function acceptSession(
    grant: Grant,
    email: string,
    caller: Caller,
    note: () => Promise<void> = async () => {},
  ): Promise<SignedIn> {
    try {
      const result = await signedIn(grant);
      await note();
      return result;
    } catch (error) {
      if (error instanceof ProblemError && error.code === "mfa_required") {
        const challenge = deps.challenges.seal({ ...grant, email });
        throw new ProblemError("mfa_required", "Enter the code that your authenticator app shows.", { challenge });
      }
      await endSession(deps, grant, caller);
      throw error;
    }
  }

  return {
    signedIn,
    acceptSession,

    /** @throws ProblemError invalid_credentials, user_disabled, email_not_confirmed, mfa_required, rate_limited */
    async login(email: string, password: string, caller: Caller): Promise<SignedIn> {
      try {
        const grant = await throttle.attempt("sign-in", { account: email, ip: caller.ip }, async () => ({
          counted: "success",
          result: await identity.signIn(email, password, caller),
        }));
        return await acceptSession(grant, email, caller, () =>
          history.record({ userId: grant.userId, email, method: "password", outcome: "success" }, caller),
        );
      } catch (error) {
        await history.recordFailure(email, "password", error, caller);
        throw error;
      }
    },

    /** @returns `confirm`: a mail was sent that must be answered first; `approve`: an administrator has to approve the account */
    async register(
      email: string,
      password: string,
      caller: Caller,
      origin: Origin,
    ): Promise<SignedIn | "confirm" | "approve"> {
      const { signup } = await deps.policy.read();
      if (openness(signup) !== "open") {
        throw new ProblemError("signup_closed", "New accounts are made by an administrator here.");
      }
      const grant = await throttle.attempt("register", { ip: caller.ip }, async () => {
        requireStrongPassword(password, deps.passwordMinLength);
        // Every account made counts, not only failures.
        return { counted: "failure", result: await identity.signUp(email, password, caller) };
      });
      const actorId = grant?.userId ?? null;
      await audit(db, { ...origin, actorId }, { action: "user.register", targetId: actorId, detail: { email } });
      if (!grant) {
        // Known or not, and whether a mail was sent or not: the next one takes its time.
        await throttle.countFailure("mail", { account: mailAccount("confirmation", email) });
        return "confirm";
      }
      await history.record({ userId: grant.userId, email, method: "signup", outcome: "success" }, caller);
      try {
        return await acceptSession(grant, email, caller);
      } catch (error) {
        if (!(error instanceof ProblemError) || error.code !== "approval_pending") throw error;
        return "approve";
      }
    },

    /** @throws ProblemError session_ended, user_disabled, rate_limited */
    async refresh(refreshToken: string, caller: Caller): Promise<SignedIn> {
      return throttle.attempt("refresh", { ip: caller.ip }, async () => ({
        counted: "success",
        result: await signedIn(await deps.renewals.renew(refreshToken, caller)),
      }));
    },

    async logout(
      { userId, sessionId }: Principal,
      accessToken: string,
      scope: "local" | "others" | "global",
      caller: Caller,
      origin: Origin,
    ): Promise<void> {
      await identity.signOut(accessToken, scope, caller);
      principals.forget(userId);
      await audit(db, origin, { action: "session.logout", targetId: sessionId, detail: { scope } });
      events.publish(userId, { type: "session.ended" });
    },

    async me({ userId }: Principal): Promise<User> {
      const user = await findUser(db, userId);
      if (!user) throw new ProblemError("session_ended", "The session has ended. Sign in again.");
      return user;
    },

    async updateMe({ userId }: Principal, displayName: string | null, origin: Origin): Promise<User> {
      const name = displayName === "" ? null : displayName;
      const user = await db.transaction(async (tx) => {
        await setDisplayName(tx, userId, name);
        await audit(tx, origin, { action: "user.update", targetId: userId, detail: { displayName: name } });
        return findUser(tx, userId);
      });
      if (!user) throw new ProblemError("session_ended", "The session has ended. Sign in again.");
      events.publish(userId, { type: "user.changed" });
      return user;
    },

    async listSessions({ userId, sessionId }: Principal) {
      const rows = await listSessionRows(db, userId, clock.now());
      return rows.map((row) => ({
        id: row.id,
        createdAt: row.created_at.toISOString(),
        lastUsedAt: row.last_used_at?.toISOString() ?? null,
        ip: row.ip,
        userAgent: row.user_agent,
        current: row.id === sessionId,
      }));
    },

    async revokeSession({ userId }: Principal, id: string, origin: Origin): Promise<void> {
      await db.transaction(async (tx) => {
        if (!(await deleteSession(tx, userId, id))) throw notFound();
        await audit(tx, origin, { action: "session.revoke", targetId: id });
      });
      principals.forget(userId);
      events.publish(userId, { type: "session.ended", id });
    },

    async listLogins({ userId }: Principal, limit: number, before: string | null) {
      const rows = await listLoginRows(db, userId, limit + 1, before);
      const page = rows.slice(0, limit);
      return {
        items: page.map((row) => ({
          id: row.id,
          occurredAt: row.occurred_at.toISOString(),
          ip: row.ip,
          userAgent: row.user_agent,
          method: row.method,
          outcome: row.outcome,
        })),
        last: rows.length > limit ? (page.at(-1)?.id ?? null) : null,
      };
    },
  };
}
