import { adminListJobs, adminRetryJob } from "@holdfast/contract";
import type { FastifyInstance } from "fastify";
import { audit } from "../../platform/audit/audit.ts";
import type { Database } from "../../platform/database/database.ts";
import { originOf } from "../../platform/http/principal.ts";
import { notFound } from "../../platform/http/problem.ts";
import { route } from "../../platform/http/route.ts";
import type { JobQueue } from "../../platform/jobs/jobs.ts";
import { listJobs } from "../../platform/jobs/list-jobs.ts";

export interface JobsRoutesDeps {
  readonly db: Database;
  readonly jobs: JobQueue;
}

export function jobsRoutes(app: FastifyInstance, { db, jobs }: JobsRoutesDeps): void {
  route(app, adminListJobs, async ({ query }) => {
    const found = await listJobs(db, {
      state: query.state ?? null,
      hidden: query.routine ? [] : jobs.routine(),
      limit: query.limit,
    });
    return {
      items: found.map((job) => ({
        ...job,
        createdOn: job.createdOn.toISOString(),
        startedOn: job.startedOn?.toISOString() ?? null,
        completedOn: job.completedOn?.toISOString() ?? null,
      })),
    };
  });

  route(app, adminRetryJob, async ({ params, request }) => {
    await db.transaction(async (tx) => {
      if (!(await jobs.retry(tx, params.name, params.id))) throw notFound();
      await audit(tx, originOf(request), { action: "job.retry", targetId: params.id, detail: { name: params.name } });
    });
  });
}
