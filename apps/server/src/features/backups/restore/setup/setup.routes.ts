import * as contract from "@holdfast/contract";
import type { FastifyInstance } from "fastify";
import { route } from "../../../../platform/http/route.ts";
import { createSetupRestore, type SetupRestoreDeps } from "./setup-restore.ts";

/** An empty installation's way to the backups of a lost one. */
export function setupRestoreRoutes(app: FastifyInstance, deps: SetupRestoreDeps): void {
  const service = createSetupRestore(deps);
  route(app, contract.setupRestoreStatus, async ({ reply }) => {
    reply.header("cache-control", "no-store");
    return { state: await service.state() };
  });
  route(app, contract.setupRestoreSnapshots, async ({ body, request }) => ({
    items: await service.snapshots(body, request.ip),
  }));
  route(app, contract.setupRestore, ({ body, request }) => service.start(body, request.ip));
  route(app, contract.setupRestoreProgress, ({ body, request }) => service.progress(body.token, request.ip));
}
