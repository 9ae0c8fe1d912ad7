import type { Database } from "../database/database.ts";
import { addDownloads } from "./access-log.queries.ts";
import type { Access } from "./access-log.ts";

/** Users of one flush; what more of them download is in the log all the same. */
const USERS = 10_000;

/** Counts how much each user downloads, for the comparison of a day with their own past. Ranges of one download are one file. */
export interface DownloadTally {
  /** @param isNew whether it is no further part of what was counted */
  add(access: Access, isNew: boolean): void;
  write(now: Date): Promise<void>;
}

const isDownload = ({ action, outcome }: Access) => outcome === "ok" && /\.(download|archive)$/.test(action);

export function createDownloadTally(db: Database): DownloadTally {
  let tally = new Map<string, { files: number; bytes: number }>();
  return {
    add(access, isNew) {
      const { actorId, bytes } = access;
      if (actorId === null || !isDownload(access)) return;
      const sum = tally.get(actorId) ?? { files: 0, bytes: 0 };
      sum.files += isNew ? 1 : 0;
      sum.bytes += bytes ?? 0;
      if (tally.size < USERS) tally.set(actorId, sum);
    },
    async write(now) {
      if (tally.size === 0) return;
      const taken = [...tally].sort(([a], [b]) => (a < b ? -1 : 1));
      tally = new Map();
      await addDownloads.count(
        db,
        taken.map(([userId]) => userId),
        now,
        taken.map(([, { files }]) => files),
        taken.map(([, { bytes }]) => bytes),
      );
    },
  };
}
