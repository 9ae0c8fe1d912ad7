import * as accessTokens from "./access-tokens.ts";
import * as account from "./account.ts";
import * as adminSettings from "./admin-settings.ts";
import * as alerts from "./alerts.ts";
import * as auth from "./auth.ts";
import * as backupPlans from "./backup-plans.ts";
import * as backups from "./backups.ts";
import * as files from "./files.ts";
import * as invitations from "./invitations.ts";
import * as oidc from "./oidc.ts";
import type { Operation } from "./operation.ts";
import * as publicSharing from "./public-sharing.ts";
import * as recovery from "./recovery.ts";
import * as search from "./search.ts";
import * as secondFactor from "./second-factor.ts";
import * as setupRestore from "./setup-restore.ts";
import * as sharing from "./sharing.ts";
import * as storage from "./storage.ts";
import * as system from "./system.ts";
import * as uploads from "./uploads.ts";
import * as users from "./users.ts";

function operationsOf(module: object): Operation[] {
  return Object.values(module).filter(
    (value): value is Operation => typeof value === "object" && value !== null && "path" in value && "access" in value,
  );
}

/** Every operation of the API. The OpenAPI document and the authorisation matrix are made from this list. */
export const operations: readonly Operation[] = [
  auth,
  setupRestore,
  accessTokens,
  secondFactor,
  recovery,
  oidc,
  adminSettings,
  users,
  invitations,
  account,
  alerts,
  files,
  search,
  uploads,
  sharing,
  publicSharing,
  backups,
  backupPlans,
  storage,
  system,
].flatMap(operationsOf);
