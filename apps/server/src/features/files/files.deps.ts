import type { VersionRules } from "../../config.ts";
import type { AccessLog } from "../../platform/audit/access-log.ts";
import type { Events } from "../../platform/events/events.ts";
import type { FairShare } from "../../platform/http/clients/fair-share.ts";
import type { Transfers } from "../access/index.ts";
import type { ContentDeps } from "../content/index.ts";
import type { ArchiveShares } from "./archive-entries.ts";
import type { SpaceLimits } from "./usage.ts";

/** What the files feature is built from. */
export interface FilesDeps extends ContentDeps, SpaceLimits {
  events: Events;
  archives: ArchiveShares;
  /** What is being sent of others' files ends with the role on them. */
  transfers: Transfers;
  accessLog: AccessLog;
  /** What may take a database long is asked within it. */
  longQuestions: FairShare;
  /** Days that something stays in the trash. */
  trashDays: number;
  /** A folder with more in it is copied by a job. */
  copiedAtOnce: number;
  /** Which earlier versions of files are kept; null: all of them. */
  keepVersions: VersionRules | null;
}
