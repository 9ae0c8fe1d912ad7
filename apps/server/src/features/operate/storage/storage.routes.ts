import { adminCleanStorage, adminMeasureStorage, adminStats } from "@holdfast/contract";
import type { FastifyInstance } from "fastify";
import { audit } from "../../../platform/audit/audit.ts";
import type { Clock } from "../../../platform/clock.ts";
import type { Database, Tx } from "../../../platform/database/database.ts";
import { originOf } from "../../../platform/http/principal.ts";
import { route } from "../../../platform/http/route.ts";
import type { Jobs } from "../../../platform/jobs/job.ts";
import { segmentSweep } from "../../content/index.ts";
import { trashSweep, versionsThin } from "../../files/index.ts";
import { readStats } from "./stats.ts";
import { measureJob } from "./storage.jobs.ts";

export interface StorageStatsDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly jobs: Jobs;
}

/** Of several who ask, one run waits. */
const once = { singletonKey: "asked" };

export function storageStatsRoutes(app: FastifyInstance, { db, clock, jobs }: StorageStatsDeps): void {
  route(app, adminStats, ({ query }) => readStats(db, query, clock.now()));

  route(app, adminMeasureStorage, () => jobs.enqueue(db, measureJob, {}, once));

  route(app, adminCleanStorage, async ({ body, request }) => {
    const clean = (tx: Tx): Promise<void> => {
      switch (body.what) {
        case "trash":
          return jobs.enqueue(tx, trashSweep, { days: body.olderThanDays });
        case "versions":
          return jobs.enqueue(tx, versionsThin, {}, once);
        case "abandoned":
          return jobs.enqueue(tx, segmentSweep, {}, once);
      }
    };
    await db.transaction(async (tx) => {
      await clean(tx);
      await audit(tx, originOf(request), { action: "storage.clean", targetId: null, detail: body });
    });
  });
}
