export { authJobs } from "./auth.jobs.ts";
export { deleteSessions, findUser, toUser, userColumns } from "./auth.queries.ts";
export { type Auth, createAuth } from "./create-auth.ts";
export { requireStrongPassword } from "./password-policy.ts";
export { deleteRecoveryCodes } from "./recovery-codes.ts";
export { listFactorRows } from "./second-factor.queries.ts";
export { createThrottle, type Throttle } from "./throttle.ts";
