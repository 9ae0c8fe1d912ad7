import { Readable } from "node:stream";
import { deleteMe, exportAccount, getLeaving } from "@holdfast/contract";
import type { FastifyInstance } from "fastify";
import { audit } from "../../platform/audit/audit.ts";
import type { Database } from "../../platform/database/database.ts";
import { originOf } from "../../platform/http/principal.ts";
import { answered, route } from "../../platform/http/route.ts";
import type { Auth } from "../auth/index.ts";
import type { FilesDeps } from "../files/index.ts";
import type { AdminService } from "./admin.service.ts";
import { exportOf } from "./export-account.ts";
import { leavingOf, requireLeavable } from "./leaving/leaving.ts";
import { transferOwn } from "./leaving/transfer-files.ts";

export interface AccountRoutesDeps {
  db: Database;
  auth: Pick<Auth, "withPasswordProof" | "forgetBrowser">;
  admin: Pick<AdminService, "deleteUser">;
  files: FilesDeps;
}

export function accountRoutes(app: FastifyInstance, { db, auth, admin, files }: AccountRoutesDeps): void {
  route(app, exportAccount, async ({ principal, request, reply }) => {
    await audit(db, originOf(request), { action: "user.export", targetId: principal.userId });
    reply.header("cache-control", "no-store").type("application/json");
    reply.header("content-disposition", 'attachment; filename="holdfast-account.json"');
    reply.send(Readable.from(exportOf(db, principal.userId)));
    return answered;
  });

  route(app, getLeaving, ({ principal }) => leavingOf(db, principal.userId, files.clock.now()));
  route(app, deleteMe, async ({ body, principal, request, reply }) => {
    const { userId } = principal;
    await auth.withPasswordProof(principal, body.password, request, async () => {
      if (body.transferTo) {
        await requireLeavable(db, userId, false);
        await transferOwn(files, originOf(request), { userId, folderId: body.transferTo });
      }
      await admin.deleteUser(userId, originOf(request));
    });
    auth.forgetBrowser(request, reply);
  });
}
