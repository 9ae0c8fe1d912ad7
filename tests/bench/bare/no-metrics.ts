import type { Metrics } from "../../../apps/server/src/platform/metrics/metrics.ts";

/** In place of `platform/metrics/metrics.ts`: the same shape, and nothing is watched. */
export function createMetrics(): Metrics {
  const nothing = () => {};
  return {
    requests: { watchApp: nothing, watchServer: nothing },
    signIn: nothing,
    linkAccess: nothing,
    jobRan: nothing,
    watchPool: nothing,
    storeObserver: () => ({ operation: () => nothing, read: nothing, wrote: nothing }),
    collect: async () => [],
    close: nothing,
  };
}
