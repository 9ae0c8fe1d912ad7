import * as contract from "@holdfast/contract";
import type { FastifyInstance } from "fastify";
import { originOf } from "../../platform/http/principal.ts";
import { answered, route } from "../../platform/http/route.ts";
import type { BackupsDeps } from "./backups.deps.ts";
import {
  cancelRestore,
  createBackup,
  deleteBackup,
  getRestore,
  listBackups,
  listRestores,
  startVerify,
} from "./backups.service.ts";
import { accessBackup } from "./browse/access-backup.ts";
import { toBackup } from "./browse/backup-view.ts";
import { listBackupFiles, sendBackupContent } from "./browse/browse-backup.ts";
import { sendBackupArchive } from "./browse/snapshot-archive.ts";
import { proofRoutes } from "./proof/proof.routes.ts";
import { previewRestore, startRestore } from "./restore/account/restore.service.ts";
import { schedulesRoutes } from "./schedules/schedules.routes.ts";
import { targetsRoutes } from "./targets/targets.routes.ts";

/** Backups: making, watching, looking into and bringing back. */
export function backupsRoutes(app: FastifyInstance, deps: BackupsDeps): void {
  route(app, contract.createBackup, ({ principal, body, request }) =>
    createBackup(deps, principal, originOf(request), body),
  );
  route(app, contract.listBackups, ({ principal, query }) => listBackups(deps, principal, query));
  route(app, contract.getBackup, async ({ principal, params }) =>
    toBackup(await accessBackup(deps, principal, params.id), principal),
  );
  route(app, contract.deleteBackup, ({ principal, params, request }) =>
    deleteBackup(deps, principal, originOf(request), params.id),
  );
  route(app, contract.verifyBackup, ({ principal, params, request }) =>
    startVerify(deps, principal, originOf(request), params.id),
  );
  route(app, contract.listBackupFiles, ({ principal, params, query }) =>
    listBackupFiles(deps, principal, params.id, query),
  );
  for (const operation of [contract.getBackupContent, contract.headBackupContent]) {
    route(app, operation, async ({ principal, params, query, request, reply }) => {
      await sendBackupContent(deps, principal, params.id, query, { request, reply });
      return answered;
    });
  }
  route(app, contract.getBackupArchive, async ({ principal, params, query, request, reply }) => {
    await sendBackupArchive(deps, principal, params.id, query, { request, reply });
    return answered;
  });
  route(app, contract.restoreBackup, ({ principal, params, body, request }) =>
    startRestore(deps, principal, originOf(request), params.id, body),
  );
  route(app, contract.previewRestore, ({ principal, params, body }) =>
    previewRestore(deps, principal, params.id, body),
  );
  route(app, contract.listRestores, ({ principal, query }) => listRestores(deps, principal, query));
  route(app, contract.getRestore, ({ principal, params }) => getRestore(deps, principal, params.id));
  route(app, contract.cancelRestore, ({ principal, params }) => cancelRestore(deps, principal, params.id));
  schedulesRoutes(app, deps);
  targetsRoutes(app, deps);
  proofRoutes(app, deps);
}
