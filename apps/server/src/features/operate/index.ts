export { overviewJobs } from "./overview/overview.jobs.ts";
export { overviewRoutes } from "./overview/overview.routes.ts";
export { storageJobs } from "./storage/storage.jobs.ts";
export { storageStatsRoutes } from "./storage/storage.routes.ts";
