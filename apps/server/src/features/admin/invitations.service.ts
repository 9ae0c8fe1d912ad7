import type { Role, User } from "@holdfast/contract";
import { audit } from "../../platform/audit/audit.ts";
import type { Clock } from "../../platform/clock.ts";
import type { Database, Tx } from "../../platform/database/database.ts";
import { keepAnswer } from "../../platform/http/idempotency/idempotency.ts";
import type { Origin } from "../../platform/http/principal.ts";
import { notFound, ProblemError } from "../../platform/http/problem.ts";
import { type Auth, approveUser, findUser, findUserIdByEmail } from "../auth/index.ts";
import { setOwnFields } from "./admin.queries.ts";
import {
  findHalfMadeInvitation,
  findInvitation,
  listInvitations,
  saveInvitation,
  voidInvitation,
} from "./invitations.queries.ts";

export interface InvitationsDeps {
  db: Database;
  clock: Clock;
  auth: Pick<Auth, "identity" | "invite" | "invitationSeconds">;
  /** Ends what is left of an account. */
  deleteUser(id: string, origin: Origin): Promise<void>;
}

export interface NewInvitation {
  email: string;
  role: Role;
  displayName?: string | undefined;
  quotaBytes?: number | null | undefined;
  /** To be handed over in place of a mail. */
  asLink: boolean;
}

export type InvitationsService = ReturnType<typeof createInvitationsService>;

/** Accounts without a password, whose holders choose one by a link. The identity service makes account and link; who sent it is kept here. */
export function createInvitationsService({ db, clock, auth, deleteUser }: InvitationsDeps) {
  const { identity, invitationSeconds } = auth;

  async function note(tx: Tx, id: string, link: string | null, { actorId }: Origin): Promise<void> {
    const sentAt = clock.now();
    const expiresAt = invitationSeconds === null ? null : new Date(sentAt.getTime() + invitationSeconds * 1000);
    await saveInvitation.all(tx, id, actorId, link === null, sentAt, expiresAt);
  }

  return {
    list: (query: { limit: number; cursor: string | undefined }) => listInvitations(db, query),

    /** @throws ProblemError email_taken, rate_limited */
    async invite(
      { email, role, displayName, quotaBytes, asLink }: NewInvitation,
      origin: Origin,
    ): Promise<{ user: User; link: string | null }> {
      const present = await findUserIdByEmail(db, email);
      if (present !== null && !(await findHalfMadeInvitation.first(db, present))) {
        throw new ProblemError("email_taken", "There is an account with this email address already.");
      }
      const { userId: id, link } = await auth.invite(email, asLink);
      if (role === "admin") await identity.updateAccount(id, { role });
      return db.transaction(async (tx) => {
        await setOwnFields(tx, id, {
          ...(displayName === undefined ? {} : { displayName }),
          ...(quotaBytes === undefined ? {} : { quotaBytes }),
        });
        await approveUser.all(tx, id);
        await note(tx, id, link, origin);
        const detail = { email, role, by: link === null ? "mail" : "link" };
        await audit(tx, origin, { action: "user.invite", targetId: id, detail });
        const user = await findUser(tx, id);
        if (!user) throw notFound();
        return keepAnswer(tx, { user, link });
      });
    },

    /** A new link, in place of the former one. @throws ProblemError not_found, rate_limited */
    async resend(id: string, asLink: boolean, origin: Origin): Promise<{ link: string | null }> {
      const { email } = (await findInvitation.first(db, id)) ?? { email: null };
      if (email === null) throw notFound();
      const { link } = await auth.invite(email, asLink).catch((error: unknown) => {
        // Accepted in between.
        throw error instanceof ProblemError && error.code === "email_taken" ? notFound() : error;
      });
      await db.transaction(async (tx) => {
        await note(tx, id, link, origin);
        const detail = { email, by: link === null ? "mail" : "link", again: true };
        await audit(tx, origin, { action: "user.invite", targetId: id, detail });
      });
      return { link };
    },

    /** The link is dead at once, and the account goes. @throws ProblemError not_found */
    async revoke(id: string, origin: Origin): Promise<void> {
      await db.transaction(async (tx) => {
        if (!(await voidInvitation(tx, id))) throw notFound();
        await audit(tx, origin, { action: "invitation.revoke", targetId: id });
      });
      await deleteUser(id, origin);
    },
  };
}
