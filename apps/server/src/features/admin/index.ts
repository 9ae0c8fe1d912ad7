export { accountRoutes } from "./account.routes.ts";
export { adminJobs } from "./admin.jobs.ts";
export { adminRoutes } from "./admin.routes.ts";
export { type AdminService, createAdminService } from "./admin.service.ts";
export { invitationsRoutes } from "./invitations.routes.ts";
export { createInvitationsService, type InvitationsService } from "./invitations.service.ts";
export { jobsRoutes } from "./jobs.routes.ts";
export { settingsRoutes } from "./settings.routes.ts";
export { storageRoutes } from "./storage.routes.ts";
