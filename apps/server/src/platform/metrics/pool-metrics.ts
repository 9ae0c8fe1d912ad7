import { Gauge } from "@prometheus-io/client";
import type pg from "pg";
import { measurePool } from "../database/measure-pool.ts";
import { statementNames } from "../database/statement-names.ts";
import { isTracing, startSpan } from "../telemetry/tracing.ts";
import type { Exposition } from "./exposition.ts";
import { QuickHistogram } from "./quick-histogram.ts";
import { otherName, Tallies } from "./tallies.ts";

/** Texts of SQL that are told apart until their names are looked up; the code has fewer, the queue's library included. */
const MOST_TEXTS = 2_000;

/** From a row that is found to a statement that PostgreSQL stops. */
const buckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

const NAMES_AFTER_MS = 2_000;

/** Use and waits of the pools of connections, and the time of statements by their names. */
export function createPoolMetrics(exposition: Exposition): { watch(name: string, pool: pg.Pool): void; close(): void } {
  const registers = [exposition.registry];
  const gauge = (name: string, help: string, ...labelNames: string[]) =>
    new Gauge({ name, help, labelNames, registers });
  const connections = gauge("holdfast_db_pool_connections", "Open connections to PostgreSQL.", "pool", "state");
  const limit = gauge("holdfast_db_pool_connections_limit", "The most that are open at once.", "pool");
  const waiting = gauge("holdfast_db_pool_waiting", "Who waits for a connection now.", "pool");
  const waits = new Tallies(10);
  exposition.tellTallies({ name: "holdfast_db_pool_wait", what: "Waits for a connection", label: "pool" }, waits);
  const pools = new Map<string, pg.Pool>();

  const duration = new QuickHistogram({
    name: "holdfast_db_statement_duration_seconds",
    help: "Time of all statements, from sending to the last row.",
    buckets,
    registry: exposition.registry,
  }).of({});
  const byText = new Tallies(MOST_TEXTS);
  let names: ReadonlyMap<string, string> = new Map();
  const nameOf = (text: string) => names.get(text) ?? otherName;
  // Read a little after the start, so that no scrape has to wait for it; at once where spans bear the names.
  const early = setTimeout(
    async () => {
      names = await statementNames();
    },
    isTracing() ? 0 : NAMES_AFTER_MS,
  ).unref();
  tellStatements(exposition, byText);

  exposition.beforeCollect(() => {
    for (const [pool, { totalCount, idleCount, waitingCount, options }] of pools) {
      connections.set({ pool, state: "idle" }, idleCount);
      connections.set({ pool, state: "busy" }, totalCount - idleCount);
      limit.set({ pool }, options.max);
      waiting.set({ pool }, waitingCount);
    }
  });

  return {
    close: () => clearTimeout(early),
    watch(name, pool) {
      pools.set(name, pool);
      const wait = waits.of(name);
      measurePool(pool, {
        acquired(milliseconds, failed) {
          wait.count += 1;
          wait.seconds += milliseconds / 1000;
          if (failed) wait.failures += 1;
        },
        statement(text) {
          const began = performance.now();
          const span = startSpan(() => nameOf(text), { "db.system.name": "postgresql" });
          return (failed) => {
            span?.end(failed);
            const seconds = (performance.now() - began) / 1000;
            const tally = byText.of(text);
            tally.count += 1;
            tally.seconds += seconds;
            if (failed) tally.failures += 1;
            duration.observe(seconds);
          };
        },
      });
    },
  };
}

/** Statements are counted by their text; when they are told, those of one name are one. */
function tellStatements(exposition: Exposition, byText: Tallies): void {
  const byName = new Tallies(MOST_TEXTS);
  exposition.beforeCollect(async () => {
    const names = await statementNames();
    for (const [, tally] of byName.entries()) Object.assign(tally, { count: 0, seconds: 0, failures: 0 });
    for (const [text, { count, seconds, failures }] of byText.entries()) {
      const tally = byName.of(names.get(text) ?? otherName);
      tally.count += count;
      tally.seconds += seconds;
      tally.failures += failures;
    }
  });
  exposition.tellTallies({ name: "holdfast_db_statement", what: "Statements", label: "statement" }, byName);
}
