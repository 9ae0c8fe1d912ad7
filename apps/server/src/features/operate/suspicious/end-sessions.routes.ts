import { adminEndSessions } from "@holdfast/contract";
import type { FastifyInstance } from "fastify";
import { audit } from "../../../platform/audit/audit.ts";
import type { Database } from "../../../platform/database/database.ts";
import type { Events } from "../../../platform/events/events.ts";
import { originOf } from "../../../platform/http/principal.ts";
import { notFound } from "../../../platform/http/problem.ts";
import { route } from "../../../platform/http/route.ts";
import { type Auth, deleteSessions, deleteTokens, findUser } from "../../auth/index.ts";

interface Deps {
  db: Database;
  events: Events;
  auth: Pick<Auth, "forget">;
}

/** Signs everybody out of an account, with every program that has a token of it. */
export function endSessionsRoutes(app: FastifyInstance, { db, events, auth }: Deps): void {
  route(app, adminEndSessions, async ({ params: { id }, request }) => {
    if (!(await findUser(db, id))) throw notFound();
    await db.transaction(async (tx) => {
      const sessions = await deleteSessions.count(tx, id);
      const tokens = await deleteTokens.count(tx, id);
      await audit(tx, originOf(request), { action: "user.end-sessions", targetId: id, detail: { sessions, tokens } });
    });
    auth.forget(id);
    events.publish(id, { type: "session.ended" });
  });
}
