import { adminStorageReport } from "@holdfast/contract";
import type { FastifyInstance } from "fastify";
import type { Database } from "../../platform/database/database.ts";
import { route } from "../../platform/http/route.ts";
import { lastReport } from "../content/index.ts";

export function storageRoutes(app: FastifyInstance, { db }: { db: Database }): void {
  route(app, adminStorageReport, async () => {
    const report = await lastReport(db);
    if (!report?.finishedAt) return { report: null };
    const times = { startedAt: report.startedAt.toISOString(), finishedAt: report.finishedAt.toISOString() };
    return { report: { ...report, ...times } };
  });
}
