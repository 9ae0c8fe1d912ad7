import type { User } from "@holdfast/contract";
import type { Logger } from "pino";
import { audit } from "../../platform/audit/audit.ts";
import type { Clock } from "../../platform/clock.ts";
import type { Database } from "../../platform/database/database.ts";
import type { Events } from "../../platform/events/events.ts";
import type { Origin, Principal } from "../../platform/http/principal.ts";
import { notFound, ProblemError } from "../../platform/http/problem.ts";
import { deleteSession, findUser, listLoginRows, listSessionRows, setDisplayName } from "./auth.queries.ts";
import type { Caller, Grant, IdentityClient } from "./identity/identity-client.ts";
import type { LoginHistory } from "./login-history.ts";
import { requireStrongPassword } from "./password/password-policy.ts";
import { mailAccount } from "./recovery/request-mail.ts";
import type { SignInChallenges } from "./second-factor/sign-in-challenge.ts";
import type { TokenVerifier } from "./session/access-token.ts";
import type { Authenticator } from "./session/authenticate.ts";
import type { Principals } from "./session/principals.ts";
import type { Renewals } from "./session/renewals.ts";
import { openness, type SignInPolicy } from "./sign-in-policy.ts";
import type { SiteUrl } from "./site-url.ts";
import type { Throttle } from "./throttle/throttle.ts";

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

/** A grant with the person whom it lets in. */
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

  /** The password was right; the session stays, and opens nothing until the second step is done. */
  function askForFactor(grant: Grant, email: string): ProblemError {
    const challenge = deps.challenges.seal({ ...grant, email });
    return new ProblemError("mfa_required", "Enter the code that your authenticator app shows.", { challenge });
  }

  return {
    signedIn,

    /** @throws ProblemError invalid_credentials, user_disabled, email_not_confirmed, mfa_required, rate_limited */
    async login(email: string, password: string, caller: Caller): Promise<SignedIn> {
      const parts = { account: email, ip: caller.ip };
      try {
        await throttle.check("sign-in", parts);
      } catch (error) {
        await history.recordFailure(email, "password", error, caller);
        throw error;
      }
      let grant: Grant;
      try {
        grant = await identity.signIn(email, password, caller);
      } catch (error) {
        await throttle.settle("sign-in", parts, error);
        await history.recordFailure(email, "password", error, caller);
        throw error;
      }
      await throttle.succeed("sign-in", parts);
      try {
        const result = await signedIn(grant);
        await history.record({ userId: grant.userId, email, method: "password", outcome: "success" }, caller);
        return result;
      } catch (error) {
        await history.recordFailure(email, "password", error, caller);
        if (error instanceof ProblemError && error.code === "mfa_required") throw askForFactor(grant, email);
        await identity.signOut(grant.accessToken, "local", caller).catch(() => {});
        throw error;
      }
    },

    /** @returns `confirm`: a mail was sent that must be answered first; `approve`: an administrator has to let the account in */
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
      await throttle.check("register", { ip: caller.ip });
      let grant: Grant | null;
      try {
        requireStrongPassword(password, deps.passwordMinLength);
        grant = await identity.signUp(email, password, caller);
      } catch (error) {
        await throttle.settle("register", { ip: caller.ip }, error);
        throw error;
      }
      // Every account made counts, not only failures.
      await throttle.fail("register", { ip: caller.ip });
      const actorId = grant?.userId ?? null;
      await audit(db, { ...origin, actorId }, { action: "user.register", targetId: actorId, detail: { email } });
      if (!grant) {
        // Known or not, and whether a mail was sent or not: the next one takes its time.
        await throttle.fail("mail", { account: mailAccount("confirmation", email) });
        return "confirm";
      }
      await history.record({ userId: grant.userId, email, method: "signup", outcome: "success" }, caller);
      try {
        return await signedIn(grant);
      } catch (error) {
        if (!(error instanceof ProblemError) || error.code !== "approval_pending") throw error;
        await identity.signOut(grant.accessToken, "local", caller).catch(() => {});
        return "approve";
      }
    },

    /** @throws ProblemError session_ended, user_disabled, rate_limited */
    async refresh(refreshToken: string, caller: Caller): Promise<SignedIn> {
      await throttle.check("refresh", { ip: caller.ip });
      try {
        const result = await signedIn(await deps.renewals.renew(refreshToken, caller));
        await throttle.succeed("refresh", { ip: caller.ip });
        return result;
      } catch (error) {
        await throttle.settle("refresh", { ip: caller.ip }, error);
        throw error;
      }
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
