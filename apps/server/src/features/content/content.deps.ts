import type { ObjectStore } from "@holdfast/storage";
import type { Logger } from "pino";
import type { Clock } from "../../platform/clock.ts";
import type { Database } from "../../platform/database/database.ts";
import type { Jobs } from "../../platform/jobs/job.ts";
import type { Room } from "../../platform/storage/room.ts";
import type { FindContent } from "./read/content-access.ts";
import type { SegmentReader } from "./read/segment-reader.ts";

/** What the content feature is built from. */
export interface ContentDeps {
  db: Database;
  store: ObjectStore;
  /** Reads what people stored. */
  segments: SegmentReader;
  findContent: FindContent;
  jobs: Jobs;
  clock: Clock;
  log: Logger;
  /** What this node's disks may still take. */
  room: Room;
  /** How long a segment that nobody refers to is kept, in seconds. */
  segmentGraceSeconds: number;
}
