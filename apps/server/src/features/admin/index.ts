export { accountRoutes } from "./account.routes.ts";
export { adminJobs } from "./admin.jobs.ts";
export { adminRoutes } from "./admin.routes.ts";
export { createAdminService } from "./admin.service.ts";
export { invitationsRoutes } from "./invitations.routes.ts";
export { createInvitationsService } from "./invitations.service.ts";
export { jobsRoutes } from "./jobs.routes.ts";
export { settingsRoutes } from "./settings.routes.ts";
