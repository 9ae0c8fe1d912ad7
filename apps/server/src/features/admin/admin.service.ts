import type { Role, User } from "@holdfast/contract";
import { audit } from "../../platform/audit/audit.ts";
import type { Clock } from "../../platform/clock.ts";
import type { Database, Tx } from "../../platform/database/database.ts";
import type { Events } from "../../platform/events/events.ts";
import { keepAnswer, madeIdOfRequest } from "../../platform/http/idempotency/idempotency.ts";
import type { Origin } from "../../platform/http/principal.ts";
import { notFound, ProblemError } from "../../platform/http/problem.ts";
import type { Jobs } from "../../platform/jobs/job.ts";
import {
  type Auth,
  approveUser,
  deleteRecoveryCodes,
  deleteSessions,
  deleteTokens,
  findUser,
  findUserIdByEmail,
  listFactors,
} from "../auth/index.ts";
import { deleteUserJob } from "./admin.jobs.ts";
import { findOtherAdmin, listUsers, setOwnFields } from "./admin.queries.ts";
import { requireLeavable } from "./leaving/leaving.ts";

export interface AdminDeps {
  db: Database;
  clock: Clock;
  events: Events;
  jobs: Jobs;
  auth: Pick<Auth, "identity" | "adminLock" | "forget" | "requireStrongPassword">;
}

export interface NewUser {
  email: string;
  password: string;
  role: Role;
  displayName?: string;
  quotaBytes: number | null;
}

export interface UserChange {
  role?: Role;
  status?: "active" | "disabled";
  quotaBytes?: number | null;
  displayName?: string | null;
  password?: string;
  email?: string;
}

export type AdminService = ReturnType<typeof createAdminService>;

/**
 * Accounts belong to the identity service, quota and name to us. The service is asked first, then our rows and the audit entry are written
 * in one transaction: a client that is cut off in between gets a failure and may repeat it, where an account is made with an Idempotency-Key.
 */
export function createAdminService({ db, clock, events, jobs, auth }: AdminDeps) {
  const { identity } = auth;

  async function requireOtherAdmin(tx: Tx, id: string): Promise<void> {
    if (await findOtherAdmin.first(tx, id, clock.now())) return;
    throw new ProblemError("last_admin", "This is the last active administrator. Make another user one first.");
  }

  /** With an Idempotency-Key the account's id follows from the request, so that one that was made before a crash is known again. */
  async function makeAccount(account: Pick<NewUser, "email" | "password" | "role">): Promise<string> {
    const id = madeIdOfRequest();
    if (id === null) return identity.createAccount(account);
    try {
      return await identity.createAccount({ ...account, id });
    } catch (error) {
      if ((await findUserIdByEmail(db, account.email)) === id) return id;
      throw error;
    }
  }

  return {
    listUsers: (query: { limit: number; cursor: string | undefined; search: string | undefined }) =>
      listUsers(db, query),

    /** @throws ProblemError email_taken, weak_password */
    async createUser({ email, password, role, displayName, quotaBytes }: NewUser, origin: Origin): Promise<User> {
      await auth.requireStrongPassword(password);
      const id = await makeAccount({ email, password, role });
      return db.transaction(async (tx) => {
        await setOwnFields(tx, id, { displayName: displayName ?? null, quotaBytes });
        await approveUser.all(tx, id);
        await audit(tx, origin, { action: "user.create", targetId: id, detail: { email, role, quotaBytes } });
        const user = await findUser(tx, id);
        if (!user) throw notFound();
        return keepAnswer(tx, user);
      });
    },

    /** @throws ProblemError not_found, last_admin, weak_password */
    async updateUser(id: string, change: UserChange, origin: Origin): Promise<User> {
      const { password, ...rest } = change;
      if (password !== undefined) await auth.requireStrongPassword(password);

      const user = await auth.adminLock(async (tx) => {
        const before = await findUser(tx, id);
        if (!before) throw notFound();
        const demoted = before.role === "admin" && change.role === "user";
        const disabled = before.status !== "disabled" && change.status === "disabled";
        if (before.role === "admin" && before.status === "active" && (demoted || disabled)) {
          await requireOtherAdmin(tx, id);
        }
        const account = {
          ...(change.role === undefined || change.role === before.role ? {} : { role: change.role }),
          ...(change.status === undefined || change.status === before.status ? {} : { disabled }),
          ...(password === undefined ? {} : { password }),
          ...(change.email === undefined || change.email === before.email ? {} : { email: change.email }),
        };
        if (Object.keys(account).length > 0) await identity.updateAccount(id, account);
        // What a disabled or newly locked-out person had open stays closed when they come back.
        if (disabled || password !== undefined) await deleteSessions.all(tx, id);
        if (password !== undefined) await deleteTokens.all(tx, id);
        await setOwnFields(tx, id, change);
        if (change.status === "active") await approveUser.all(tx, id);
        const detail = { ...rest, ...(password === undefined ? {} : { password: "changed" }) };
        await audit(tx, origin, { action: "user.update", targetId: id, detail });
        return findUser(tx, id);
      });
      if (!user) throw notFound();
      auth.forget(id);
      events.publish(id, { type: "user.changed" });
      if (change.status === "disabled" || password !== undefined) events.publish(id, { type: "session.ended" });
      return user;
    },

    /** For who lost authenticator, passkeys and recovery codes. Sessions that wait for a second step end as well. @throws ProblemError not_found */
    async resetFactors(id: string, origin: Origin): Promise<void> {
      const user = await findUser(db, id);
      if (!user) throw notFound();
      // Sessions first: one that has not shown its factor must not become a full one.
      await deleteSessions.all(db, id);
      for (const factor of await listFactors.all(db, id, "any")) await identity.deleteFactor(id, factor.id);
      await identity.deleteAllPasskeys(id);
      await db.transaction(async (tx) => {
        await deleteRecoveryCodes.all(tx, id);
        await deleteSessions.all(tx, id);
        await audit(tx, origin, { action: "user.reset_factors", targetId: id, detail: { email: user.email } });
      });
      auth.forget(id);
      events.publish(id, { type: "session.ended" });
    },

    /**
     * The account is gone at once, with its sessions; files and links follow by a job.
     * @param override teams may be left without a manager
     * @throws ProblemError not_found, last_admin, last_manager, busy
     */
    async deleteUser(id: string, origin: Origin, override = false): Promise<void> {
      await auth.adminLock(async (tx) => {
        const user = await findUser(tx, id);
        if (!user) throw notFound();
        if (user.role === "admin" && user.status === "active") await requireOtherAdmin(tx, id);
        await requireLeavable(tx, id, override);
        await audit(tx, origin, { action: "user.delete", targetId: id, detail: { email: user.email } });
        await jobs.enqueue(tx, deleteUserJob, { userId: id });
        await identity.deleteAccount(id);
      });
      auth.forget(id);
      events.publish(id, { type: "session.ended" });
    },
  };
}
