import { Gauge } from "@prometheus-io/client";
import type pg from "pg";
import type { StoreObserver } from "../storage/measured-store.ts";
import { type CollectedMetrics, Exposition } from "./exposition.ts";
import { createPoolMetrics } from "./pool-metrics.ts";
import { observeProcess } from "./process-metrics.ts";
import { createRequestMetrics, type RequestMetrics } from "./request-metrics.ts";
import { createStoreObserver } from "./store-metrics.ts";
import { otherName, Tallies } from "./tallies.ts";

/** What this process counts about itself. Every series has the label `process`; none has an id, a name or a path in it. */
export interface Metrics {
  readonly requests: RequestMetrics;
  /** How somebody signed in, or was refused. */
  signIn(method: string, outcome: string): void;
  /** What somebody did with a link, and how it ended. */
  linkAccess(action: string, outcome: string): void;
  /** A run of a background job has ended. */
  jobRan(job: string, milliseconds: number, failed: boolean): void;
  /** Has a pool's waits and statements counted. Before its first connection. */
  watchPool(name: string, pool: pg.Pool): void;
  storeObserver(driver: string): StoreObserver;
  /** All of it, as another process can take it. */
  collect(): Promise<CollectedMetrics>;
  close(): void;
}

const MOST_JOBS = 100;

/** Ways to sign in: what comes from outside makes no series of its own. */
const signInMethods = new Set(["password", "passkey", "oauth", "signup", "otp", "recovery", "invite", "magiclink"]);

export function createMetrics(process: "api" | "worker", version: string): Metrics {
  const exposition = new Exposition({ process });
  const signIns = exposition.counter("holdfast_sign_ins_total", "Sign-ins and refusals, by method and outcome.", [
    "method",
    "outcome",
  ]);
  const links = exposition.counter(
    "holdfast_link_accesses_total",
    "What recipients did with links, by action and outcome.",
    ["action", "outcome"],
  );
  const jobs = new Tallies(MOST_JOBS);
  exposition.tellTallies({ name: "holdfast_job_run", what: "Runs of background jobs", label: "job_name" }, jobs);
  new Gauge({
    name: "holdfast_build_info",
    help: "The version that runs. Always 1.",
    labelNames: ["version"],
    registers: [exposition.registry],
  }).set({ version }, 1);
  const pools = createPoolMetrics(exposition);
  const stopProcess = observeProcess(exposition);

  return {
    requests: createRequestMetrics(exposition),
    signIn: (method, outcome) => signIns.inc({ method: signInMethods.has(method) ? method : otherName, outcome }),
    linkAccess: (action, outcome) => links.inc({ action, outcome }),
    jobRan(job, milliseconds, failed) {
      const tally = jobs.of(job);
      tally.count += 1;
      tally.seconds += milliseconds / 1000;
      if (failed) tally.failures += 1;
    },
    watchPool: pools.watch,
    storeObserver: (driver) => createStoreObserver(exposition, driver),
    collect: () => exposition.collect(),
    close() {
      pools.close();
      stopProcess();
    },
  };
}
