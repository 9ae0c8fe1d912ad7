import * as contract from "@holdfast/contract";
import type { FastifyInstance } from "fastify";
import type { Database } from "../../../platform/database/database.ts";
import { createAtOnce } from "../../../platform/http/at-once.ts";
import type { FairShare } from "../../../platform/http/clients/fair-share.ts";
import { answered, route } from "../../../platform/http/route.ts";
import { sendExport } from "./export-entries.ts";
import { listAccessLog, listMyActivity } from "./list-entries.ts";

export interface AccessLogDeps {
  db: Database;
  /** What may take a database long is asked within it. */
  longQuestions: FairShare;
}

export function accessLogRoutes(app: FastifyInstance, { db, longQuestions }: AccessLogDeps): void {
  const questions = createAtOnce({ what: "searches of the access log", most: 4, within: longQuestions });
  const exports = createAtOnce({ what: "exports", most: 2, waiting: 0 });
  route(app, contract.adminListAccessLog, ({ principal, query }) =>
    questions(principal.userId, () => listAccessLog(db, query)),
  );
  route(app, contract.adminExportAccessLog, async ({ principal, query, request, reply }) => {
    await exports(principal.userId, () => sendExport(db, query, request, reply));
    return answered;
  });
  route(app, contract.listMyActivity, ({ principal, query }) =>
    questions(principal.userId, () => listMyActivity(db, principal.userId, query)),
  );
}
