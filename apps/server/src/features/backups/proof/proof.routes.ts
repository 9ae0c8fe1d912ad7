import * as contract from "@holdfast/contract";
import type { FastifyInstance } from "fastify";
import { originOf } from "../../../platform/http/principal.ts";
import { answered, route } from "../../../platform/http/route.ts";
import type { BackupsDeps } from "../backups.deps.ts";
import { recoveryKit } from "../recovery-kit.ts";
import { backupHealth, noteKitDownload, startRehearsal } from "./health.ts";

/** Whether the backups are proven, for admins. */
export function proofRoutes(app: FastifyInstance, deps: BackupsDeps): void {
  route(app, contract.backupHealth, () => backupHealth(deps));
  route(app, contract.rehearseNow, ({ request }) => startRehearsal(deps, originOf(request)));
  route(app, contract.recoveryKit, async ({ request, reply }) => {
    const kit = await recoveryKit(deps);
    await noteKitDownload(deps, originOf(request));
    reply
      .header("content-disposition", 'attachment; filename="holdfast-recovery-kit.txt"')
      .header("cache-control", "no-store")
      .type("text/plain; charset=utf-8");
    void reply.send(kit);
    return answered;
  });
}
