export { requireManager } from "./grants/last-manager.ts";
export { groupsRoutes } from "./groups/groups.routes.ts";
export type { PeopleDeps } from "./people.deps.ts";
export { peopleJobs } from "./people.jobs.ts";
export { nameOf } from "./people.queries.ts";
export { peopleRoutes } from "./people.routes.ts";
export { teamsJobs } from "./spaces/spaces.jobs.ts";
export { spacesRoutes } from "./spaces/spaces.routes.ts";
