import { backupSources } from "./features/operate/index.ts";
import type { Tls } from "./platform/http/connection/tls.ts";
import { databaseSources } from "./platform/metrics/database-sources.ts";
import { type CollectedMetrics, expositionText } from "./platform/metrics/exposition.ts";
import { createGathering, type Source } from "./platform/metrics/gather.ts";
import { installationSources } from "./platform/metrics/installation-sources.ts";
import { jobSources } from "./platform/metrics/job-sources.ts";
import type { Services } from "./services.ts";

/** What `GET /metrics` answers: this process, the worker that it watches over, and the installation. */
export function createMetricsText(services: Services, tls: Tls | null): () => Promise<string> {
  const { config, db, handlers, metrics, readiness, workerMetrics } = services;
  const worker = workerMetrics ? askWorker(workerMetrics) : null;
  const { storage, dataDir } = config;
  const gather = createGathering([
    ...installationSources({
      ...{ db, readiness },
      disks: { data: dataDir, ...(storage.driver === "local" ? { objects: storage.folder } : {}) },
      certificateEnds: () => tls?.ends() ?? null,
    }),
    ...(worker ? [worker.source] : []),
    ...jobSources(
      db,
      handlers.map(({ definition }) => definition.name),
    ),
    ...databaseSources(db),
    ...backupSources(db),
  ]);
  return async () => {
    const [own, installation] = await Promise.all([metrics.collect(), gather()]);
    return expositionText([own, ...(worker ? worker.last() : []), installation]);
  };
}

/** The worker's metrics come by way of the channel between the two processes: it has no port. */
function askWorker(ask: () => Promise<CollectedMetrics>): { source: Source; last(): CollectedMetrics[] } {
  let last: CollectedMetrics[] = [];
  const source: Source = {
    ...{ name: "worker_process", freshMs: 0, metrics: [] },
    async ask() {
      last = [];
      last = [await ask()];
      return [];
    },
  };
  return { source, last: () => last };
}
