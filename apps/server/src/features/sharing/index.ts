import { noteInAccessLog } from "./log/note-in-access-log.ts";
import { createShareLog } from "./log/share-log.ts";
import { createFindLiveLink } from "./recipient/live-links.ts";
import type { SharingDeps, SharingOptions } from "./sharing.deps.ts";
import { deriveLinkKeys } from "./token.ts";

export type { SharingDeps, SharingOptions } from "./sharing.deps.ts";
export { sharingJobs } from "./sharing.jobs.ts";
export { sharingRoutes } from "./sharing.routes.ts";

/** What the sharing feature works with. Call `close` before the pool ends: the last second's counts are written then. */
export function createSharing({ linkKey, ...options }: SharingOptions): SharingDeps & { close(): Promise<void> } {
  if (linkKey.length !== 32) throw new Error("The key of sharing links must have 32 bytes.");
  const shareLog = noteInAccessLog(createShareLog(options), options.accessLog);
  const findLiveLink = createFindLiveLink(options.db, options.clock);
  return { ...options, keys: deriveLinkKeys(linkKey), findLiveLink, shareLog, close: () => shareLog.close() };
}
