export { requireManager } from "./grants/last-manager.ts";
export type { PeopleDeps } from "./people.deps.ts";
export { peopleJobs } from "./people.jobs.ts";
export { nameOf } from "./people.queries.ts";
export { peopleRoutes } from "./people.routes.ts";
