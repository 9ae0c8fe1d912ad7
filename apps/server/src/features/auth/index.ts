export { lineOf } from "./address.ts";
export type { AdminLock } from "./admin-lock.ts";
export { authJobs } from "./auth.jobs.ts";
export { deleteSessions, findUser, toUser, userColumns } from "./auth.queries.ts";
export { type Auth, type AuthDeps, createAuth } from "./create-auth.ts";
export type { AccountChange, IdentityClient } from "./identity-client.ts";
export { requireOwnOrigin } from "./origin-check.ts";
export { requireStrongPassword } from "./password-policy.ts";
export { createThrottle, type Throttle, type ThrottleParts } from "./throttle.ts";
