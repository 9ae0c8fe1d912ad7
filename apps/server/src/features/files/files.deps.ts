import type { VersionRules } from "../../config.ts";
import type { Events } from "../../platform/events/events.ts";
import type { ContentDeps } from "../content/index.ts";

/** What the files feature is built from. */
export interface FilesDeps extends ContentDeps {
  events: Events;
  /** Days that something stays in the trash. */
  trashDays: number;
  /** Which earlier versions of files are kept; null: all of them. */
  keepVersions: VersionRules | null;
}
