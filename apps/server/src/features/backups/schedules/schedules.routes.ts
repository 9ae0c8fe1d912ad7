import * as contract from "@holdfast/contract";
import type { FastifyInstance } from "fastify";
import { originOf } from "../../../platform/http/principal.ts";
import { route } from "../../../platform/http/route.ts";
import type { BackupsDeps } from "../backups.deps.ts";
import { describeCron, judgeWhen, nextRuns } from "./cron.ts";
import {
  accessSchedule,
  createSchedule,
  deleteSchedule,
  listSchedules,
  previewRetention,
  toSchedule,
  updateSchedule,
} from "./schedules.service.ts";

/** When backups are made, and which of them stay. */
export function schedulesRoutes(app: FastifyInstance, deps: BackupsDeps): void {
  route(app, contract.listBackupSchedules, async ({ principal }) => ({ items: await listSchedules(deps, principal) }));
  route(app, contract.createBackupSchedule, ({ principal, body, request }) =>
    createSchedule(deps, principal, originOf(request), body),
  );
  route(app, contract.getBackupSchedule, async ({ principal, params }) =>
    toSchedule(await accessSchedule(deps.db, principal, params.id), deps.clock.now()),
  );
  route(app, contract.updateBackupSchedule, ({ principal, params, body, request }) =>
    updateSchedule(deps, principal, originOf(request), params.id, body),
  );
  route(app, contract.deleteBackupSchedule, ({ principal, params, request }) =>
    deleteSchedule(deps, principal, originOf(request), params.id),
  );
  route(app, contract.previewSchedule, ({ body }) => {
    const when = judgeWhen(body, null);
    const runs = nextRuns(when, deps.clock.now()).map((run) => run.toISOString());
    return { ...when, description: describeCron(when.cron), nextRuns: runs };
  });
  route(app, contract.previewRetention, ({ principal, params, body }) =>
    previewRetention(deps, principal, params.id, body.retention),
  );
}
