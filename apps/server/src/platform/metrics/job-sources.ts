import type { Queryable } from "../database/database.ts";
import { countJobs } from "../jobs/count-jobs.ts";
import { workerSilence } from "../jobs/heartbeat.ts";
import type { Source } from "./gather.ts";
import { otherName } from "./tallies.ts";

const states = { created: "waiting", retry: "retrying", active: "active", failed: "failed" } as const;

/** @param names of the jobs that this installation has: what a former version left is told together */
export function jobSources(db: Queryable, names: readonly string[]): Source[] {
  const known = new Set(names);
  return [
    {
      name: "jobs",
      freshMs: 5_000,
      metrics: [
        { name: "holdfast_jobs", help: "Background jobs that are not done, by state.", labels: ["job_name", "state"] },
        { name: "holdfast_jobs_oldest_due_seconds", help: "How long the oldest job that waits has been due." },
      ],
      async ask() {
        const counts = await countJobs(db);
        const due = counts.filter(({ state }) => state === "created" || state === "retry");
        return [
          ["holdfast_jobs_oldest_due_seconds", Math.max(0, ...due.map(({ oldestSeconds }) => oldestSeconds))],
          // Those that are zero as well, so that a rule sees a number fall.
          ...names.map((job) => ["holdfast_jobs", 0, { job_name: job, state: "failed" }] as const),
          ...counts.map(({ name, state, count }) => {
            const labels = { job_name: known.has(name) ? name : otherName, state: states[state] };
            return ["holdfast_jobs", count, labels] as const;
          }),
        ];
      },
    },
    {
      name: "worker",
      freshMs: 2_000,
      metrics: [{ name: "holdfast_worker_heartbeat_age_seconds", help: "How long ago a worker was alive." }],
      async ask() {
        const silence = await workerSilence(db);
        return [["holdfast_worker_heartbeat_age_seconds", silence === null ? null : silence / 1000]];
      },
    },
  ];
}
