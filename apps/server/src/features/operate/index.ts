export { accessLogRoutes } from "./access-log/access-log.routes.ts";
export { healthRoutes } from "./health/health.routes.ts";
export { logsRoutes } from "./logs/logs.routes.ts";
export { maintenanceRoutes } from "./maintenance/maintenance.routes.ts";
export { endSessionsRoutes } from "./suspicious/end-sessions.routes.ts";
export { rewindRoutes } from "./suspicious/rewind.routes.ts";
export { watchForSuspicious } from "./suspicious/suspicious.ts";
