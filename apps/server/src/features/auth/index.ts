export { authJobs } from "./auth.jobs.ts";
export { type Auth, createAuth } from "./create-auth.ts";
export { smtpOptions } from "./embedded/identity-config.ts";
export { KeySetError, loadIdentityKeys } from "./embedded/keys.ts";
export { serverBusy } from "./identity/auth-errors.ts";
export { describeMove, moveAuth } from "./move/move-auth.ts";
export { leftBehind as authTablesLeftBehind, movedTables } from "./move/move-plan.ts";
export { deleteRecoveryCodes, listFactors } from "./second-factor/second-factor.queries.ts";
export { createServiceKeys, type ServiceKeys } from "./service-keys/service-keys.ts";
export { deleteSessions } from "./session/sessions.queries.ts";
export { adminLockKey } from "./setup/admin-lock.ts";
export { equalSecrets, wrongSetupToken } from "./setup/setup.ts";
export { createSiteUrl } from "./site/site-url.ts";
export type { Throttle } from "./throttle/throttle.ts";
export { deleteTokens } from "./tokens/personal-tokens.queries.ts";
export {
  approveUser,
  findUser,
  findUserIdByEmail,
  setDisplayName,
  toUser,
  type UserRow,
  userColumns,
} from "./users/users.queries.ts";
