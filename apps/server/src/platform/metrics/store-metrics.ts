import type { StorageOutcome, StoreObserver } from "../storage/measured-store.ts";
import { startSpan } from "../telemetry/tracing.ts";
import type { Exposition } from "./exposition.ts";
import { type Observations, QuickHistogram } from "./quick-histogram.ts";

const buckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/** Operations of the object store, by its driver. */
export function createStoreObserver(exposition: Exposition, driver: string): StoreObserver {
  const duration = new QuickHistogram({
    name: "holdfast_storage_operation_duration_seconds",
    help: "Time of operations of the object store. A read lasts as long as its reader takes.",
    buckets,
    registry: exposition.registry,
  });
  const durations = new Map<string, Observations>();
  const durationOf = (operation: string): Observations => {
    const known = durations.get(operation) ?? duration.of({ driver, operation });
    durations.set(operation, known);
    return known;
  };
  const operations = exposition.counter(
    "holdfast_storage_operations_total",
    "Operations of the object store, by driver and outcome.",
    ["driver", "operation", "outcome"],
  );
  const read = exposition.counter("holdfast_storage_read_bytes_total", "Bytes read from the object store.", ["driver"]);
  const written = exposition.counter("holdfast_storage_written_bytes_total", "Bytes written into the object store.", [
    "driver",
  ]);
  const counts = new Map<string, { operation: string; outcome: StorageOutcome; count: number }>();
  const moved = { read: 0, written: 0 };
  exposition.beforeCollect(() => {
    for (const counter of [operations, read, written]) counter.reset();
    for (const { operation, outcome, count } of counts.values()) operations.inc({ driver, operation, outcome }, count);
    read.inc({ driver }, moved.read);
    written.inc({ driver }, moved.written);
  });
  return {
    operation(operation) {
      const began = performance.now();
      const span = startSpan(() => `storage.${operation}`, { "holdfast.storage.driver": driver });
      return (outcome) => {
        span?.end(outcome === "failed", { "holdfast.storage.outcome": outcome });
        durationOf(operation).observe((performance.now() - began) / 1000);
        const key = `${operation} ${outcome}`;
        const found = counts.get(key);
        if (found) found.count += 1;
        else counts.set(key, { operation, outcome, count: 1 });
      };
    },
    read(bytes) {
      moved.read += bytes;
    },
    wrote(bytes) {
      moved.written += bytes;
    },
  };
}
