export { groupsRoutes } from "./groups/groups.routes.ts";
export { peopleJobs } from "./spaces/spaces.jobs.ts";
export { spacesRoutes } from "./spaces/spaces.routes.ts";
