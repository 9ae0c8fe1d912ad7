export { accessLogRoutes } from "./access-log/access-log.routes.ts";
export { healthRoutes } from "./health/health.routes.ts";
export { logsRoutes } from "./logs/logs.routes.ts";
export { maintenanceRoutes } from "./maintenance/maintenance.routes.ts";
