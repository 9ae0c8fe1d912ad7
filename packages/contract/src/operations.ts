import * as comments from "./activity/comments.ts";
import * as feed from "./activity/feed.ts";
import * as notifications from "./activity/notifications.ts";
import * as accessTokens from "./auth/access-tokens.ts";
import * as account from "./auth/account.ts";
import * as invitations from "./auth/invitations.ts";
import * as leaving from "./auth/leaving.ts";
import * as oidc from "./auth/oidc.ts";
import * as passkeys from "./auth/passkeys.ts";
import * as prove from "./auth/prove.ts";
import * as recovery from "./auth/recovery.ts";
import * as secondFactor from "./auth/second-factor.ts";
import * as sessions from "./auth/sessions.ts";
import * as signIn from "./auth/sign-in.ts";
import * as users from "./auth/users.ts";
import * as backups from "./backups/backups.ts";
import * as health from "./backups/health.ts";
import * as restores from "./backups/restores.ts";
import * as retention from "./backups/retention.ts";
import * as schedules from "./backups/schedules.ts";
import * as setupRestore from "./backups/setup-restore.ts";
import * as snapshots from "./backups/snapshots.ts";
import * as targets from "./backups/targets.ts";
import type { Operation } from "./base/operation.ts";
import * as batch from "./files/batch.ts";
import * as content from "./files/content.ts";
import * as copies from "./files/copies.ts";
import * as entries from "./files/entries.ts";
import * as search from "./files/search.ts";
import * as totals from "./files/totals.ts";
import * as trash from "./files/trash.ts";
import * as tus from "./files/tus.ts";
import * as uploads from "./files/uploads.ts";
import * as versions from "./files/versions.ts";
import * as accessLog from "./operate/access-log.ts";
import * as adminSettings from "./operate/admin-settings.ts";
import * as alertChannels from "./operate/alert-channels.ts";
import * as alerts from "./operate/alerts.ts";
import * as database from "./operate/database.ts";
import * as adminHealth from "./operate/health.ts";
import * as logs from "./operate/logs.ts";
import * as maintenance from "./operate/maintenance.ts";
import * as nodes from "./operate/nodes.ts";
import * as rewinds from "./operate/rewinds.ts";
import * as storage from "./operate/storage.ts";
import * as storageStats from "./operate/storage-stats.ts";
import * as system from "./operate/system.ts";
import * as traffic from "./operate/traffic.ts";
import * as directory from "./people/directory.ts";
import * as grants from "./people/grants.ts";
import * as groups from "./people/groups.ts";
import * as sharedWithMe from "./people/shared-with-me.ts";
import * as spaces from "./people/spaces.ts";
import * as publicSharing from "./sharing/public-sharing.ts";
import * as sharing from "./sharing/sharing.ts";

/** Operations by the part of the API that they belong to; within a part they stand by name. */
const parts: readonly (readonly object[])[] = [
  [sessions, signIn],
  [setupRestore],
  [accessTokens],
  [prove],
  [secondFactor],
  [passkeys],
  [recovery],
  [oidc],
  [adminSettings],
  [users],
  [invitations],
  [account, leaving],
  [alerts, alertChannels],
  [accessLog],
  [rewinds],
  [content, copies, entries, totals, trash, versions],
  [search],
  [batch, tus, uploads],
  [sharing],
  [directory, grants, sharedWithMe],
  [publicSharing],
  [groups],
  [spaces],
  [comments, feed],
  [notifications],
  [backups, restores, snapshots],
  [health, retention, schedules, targets],
  [storage],
  [storageStats],
  [traffic],
  [system],
  [adminHealth, database, logs, maintenance, nodes],
];

function operationsOf(modules: readonly object[]): Operation[] {
  return Object.entries(Object.assign({}, ...modules) as Record<string, unknown>)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, value]) => value)
    .filter(
      (value): value is Operation =>
        typeof value === "object" && value !== null && "path" in value && "access" in value,
    );
}

/** Every operation of the API. The OpenAPI document and the authorisation matrix are made from this list. */
export const operations: readonly Operation[] = parts.flatMap(operationsOf);
