export type { AlertsDeps } from "./alerts/alerts.deps.ts";
export { alertsJobs } from "./alerts/alerts.jobs.ts";
export { alertsRoutes } from "./alerts/alerts.routes.ts";
export { createAlerts } from "./alerts/create-alerts.ts";
export { watchTraffic } from "./alerts/sensors/traffic.ts";
export { startWatch } from "./alerts/watch/watch.ts";
