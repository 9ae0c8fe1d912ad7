export { backupSources } from "./metrics/backup-sources.ts";
export { metricsRoutes } from "./metrics/metrics.routes.ts";
