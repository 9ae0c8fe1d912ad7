export { authJobs } from "./auth.jobs.ts";
export { approve, deleteSessions, findUser, findUserIdByEmail, toUser, userColumns } from "./auth.queries.ts";
export { type Auth, createAuth } from "./create-auth.ts";
export { describeMove, moveAuth } from "./move/move-auth.ts";
export { requireStrongPassword } from "./password-policy.ts";
export { deleteRecoveryCodes } from "./recovery-codes.ts";
export { listFactorRows } from "./second-factor.queries.ts";
export { createThrottle, type Throttle } from "./throttle.ts";
