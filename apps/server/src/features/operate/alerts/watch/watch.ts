import { hostname } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import type { Queryable } from "../../../../platform/database/database.ts";
import type { AlertsDeps } from "../alerts.deps.ts";
import { deliver } from "../channels/deliver.ts";
import { tellOwners } from "../owners/tell-owners.ts";
import { apiIsThere, listReports, removeReport, saveReport } from "../sensors/reports.queries.ts";
import { createSensors, type NodeRole } from "../sensors/sense.ts";
import { tellPages } from "../tell-pages.ts";
import { createLeader } from "./leader.ts";
import { type Memory, remember } from "./memory.ts";
import { createOutage } from "./outage.ts";
import { createCheckRun } from "./run-checks.ts";
import { tell } from "./tell.ts";

export interface Watch {
  close(): Promise<void>;
}

/** A worker leads only where no API was heard of for so long, in seconds. */
const API_SILENT_SECONDS = 45;
/** While the database is away it is asked more often. */
const OUTAGE_LOOKS = 3;
const OWNERS_EVERY = 4;
const PATIENCE_MS = 1_500;
const LOOK_MS = 20_000;

/**
 * Looks after the alerts of an installation, in each of its processes: each reports on itself, and one at a time (by an advisory lock, an API
 * before a worker) judges all, raises and ends alerts, and sends them to the channels. Nothing is lost when it dies: another takes over.
 */
export function startWatch(deps: AlertsDeps, role: NodeRole): Watch {
  const node = `${hostname()} ${role}${role === "api" ? ` :${deps.port}` : ""}`;
  const leader = createLeader(deps.databaseUrl);
  const sense = createSensors(deps, role);
  const outage = createOutage(deps);
  const runChecks = createCheckRun(deps);
  let memory: Memory | null = null;
  let settledAt = performance.now();
  let looks = 0;
  let closed = false;
  let timer: NodeJS.Timeout | undefined;
  let looking: Promise<void> = Promise.resolve();
  let sending: Promise<void> | null = null;

  async function look(): Promise<void> {
    const report = await sense();
    let db: Queryable;
    try {
      db = await leader.connected();
    } catch {
      // Who led when it answered last remembers whom to tell: nobody else can be asked now.
      await outage.met(memory);
      return;
    }
    if (outage.lasting) settledAt = performance.now();
    await outage.over(db);
    const targets = role === "worker" ? await deps.targetsAway() : [];
    await saveReport.count(deps.relaxed, node, role, JSON.stringify({ ...report, targets }));
    if (!(await lead(db))) {
      memory = null;
      return;
    }
    memory = await remember(deps, db);
    await judge(db, memory);
    looks++;
  }

  async function lead(db: Queryable): Promise<boolean> {
    if (role === "worker" && (await apiIsThere.first(db, API_SILENT_SECONDS))?.found) {
      await leader.stepDown();
      return false;
    }
    return leader.tryToLead();
  }

  async function judge(db: Queryable, { channels, rules }: Memory): Promise<void> {
    const reports = await listReports.all(db);
    const settledSeconds = (performance.now() - settledAt) / 1000;
    const changed = await runChecks({ db, deps, rules, reports, now: deps.clock.now(), settledSeconds });
    const news = await deps.db.transaction((tx) => tell(tx, channels));
    if (changed || news) await tellPages(deps);
    sending ??= sendAll(channels).finally(() => (sending = null));
  }

  /** Beside the looks: a service that does not answer holds up no check. */
  async function sendAll(channels: Memory["channels"]): Promise<void> {
    try {
      while (!closed && (await deliver(deps, deps.db, channels)));
      if (looks % OWNERS_EVERY === 0) await tellOwners(deps, deps.db);
    } catch (error) {
      deps.log.warn({ err: error }, "alerts are sent later");
    }
  }

  function again(): void {
    if (closed) return;
    const ms = (deps.interval * 1000) / (outage.lasting ? OUTAGE_LOOKS : 1);
    timer = setTimeout(next, ms).unref();
  }

  /** One that does not end, because PostgreSQL or a disk stands still in the middle of it, holds up no other. */
  async function lookInTime(): Promise<void> {
    const late = sleep(LOOK_MS, "late", { ref: false });
    if ((await Promise.race([look(), late])) !== "late") return;
    leader.abandon();
    try {
      await leader.connected();
    } catch {
      await outage.met(memory);
    }
  }

  function next(): void {
    looking = lookInTime()
      .catch((error: unknown) => deps.log.warn({ err: error }, "alerts are looked after at the next time"))
      .then(again);
  }

  next();
  return {
    async close() {
      closed = true;
      clearTimeout(timer);
      // Who waits for somebody else's answer is not waited for.
      await Promise.race([Promise.all([looking, sending]), sleep(PATIENCE_MS, undefined, { ref: false })]);
      // One that is stopped on purpose is not silent.
      await removeReport.count(deps.relaxed, node).catch(() => {});
      await leader.close().catch(() => {});
    },
  };
}
