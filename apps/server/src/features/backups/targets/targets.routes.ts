import * as contract from "@holdfast/contract";
import type { FastifyInstance } from "fastify";
import { originOf } from "../../../platform/http/principal.ts";
import { route } from "../../../platform/http/route.ts";
import type { BackupsDeps } from "../backups.deps.ts";
import { startOver } from "./start-over.ts";
import { createTarget, deleteTarget, listTargets, testTarget, updateTarget } from "./targets.service.ts";

/** Where backups go. */
export function targetsRoutes(app: FastifyInstance, deps: BackupsDeps): void {
  route(app, contract.listBackupTargets, async ({ principal }) => ({ items: await listTargets(deps, principal) }));
  route(app, contract.createBackupTarget, ({ principal, body, request }) =>
    createTarget(deps, principal, originOf(request), body),
  );
  route(app, contract.updateBackupTarget, ({ principal, params, body, request }) =>
    updateTarget(deps, principal, originOf(request), params.id, body),
  );
  route(app, contract.deleteBackupTarget, ({ params, request }) => deleteTarget(deps, originOf(request), params.id));
  route(app, contract.startOverBackupTarget, ({ principal, params, request }) =>
    startOver(deps, principal, originOf(request), params.id),
  );
  route(app, contract.testBackupTarget, ({ params }) => testTarget(deps, params.id));
}
