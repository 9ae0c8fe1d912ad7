import type { ObjectStore } from "@holdfast/storage";
import type pg from "pg";
import type { Logger } from "pino";
import type { Clock } from "../../platform/clock.ts";
import type { Database } from "../../platform/database/database.ts";
import type { Events } from "../../platform/events/events.ts";
import type { Jobs } from "../../platform/jobs/job.ts";
import type { Room } from "../../platform/storage/room.ts";
import type { SegmentReader } from "./segments/segment-reader.ts";

/** What the files feature is built from. */
export interface FilesDeps {
  db: Database;
  /** The pool beneath `db`, for statements hot enough to be prepared by name. */
  pool: pg.Pool;
  store: ObjectStore;
  /** Reads what people stored. */
  segments: SegmentReader;
  events: Events;
  jobs: Jobs;
  clock: Clock;
  log: Logger;
  /** What this node's disks may still take. */
  room: Room;
  /** Days that something stays in the trash. */
  trashDays: number;
  /** How long a segment that nobody refers to is kept, in seconds. */
  segmentGraceSeconds: number;
}
