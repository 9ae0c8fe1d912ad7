export type { ActivityDeps } from "./activity.deps.ts";
export { activityJobs } from "./activity.jobs.ts";
export { activityRoutes } from "./activity.routes.ts";
