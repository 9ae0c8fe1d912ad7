import type { PasswordHasher } from "@holdfast/identity";
import type { FastifyRequest } from "fastify";
import type { Logger } from "pino";
import type { AccessLog } from "../../platform/audit/access-log.ts";
import type { Clock } from "../../platform/clock.ts";
import type { Database } from "../../platform/database/database.ts";
import type { Events } from "../../platform/events/events.ts";
import type { Origin } from "../../platform/http/principal.ts";
import type { Throttle } from "../auth/index.ts";
import type { SegmentReader } from "../content/index.ts";
import type { ArchiveShares } from "../files/index.ts";
import type { ShareLog } from "./log/share-log.ts";
import type { FindLiveLink } from "./recipient/live-links.ts";
import type { LinkKeys } from "./token.ts";
import type { UploadDefaults } from "./upload-limits.ts";

/** A file that somebody puts into a folder by a link. */
export interface RequestedFile {
  /** Whose folder it is: the link's owner. */
  userId: string;
  folderId: string;
  name: string;
  /** Its body holds the bytes. */
  request: FastifyRequest;
  /** The largest that is taken. */
  maxBytes: number;
  /** Asked where so many bytes have come and more follow. Resolves with how many may be taken before it is asked again. */
  mayTake?(bytes: number): Promise<number>;
  origin: Origin;
}

export interface SharingOptions {
  db: Database;
  /** Reads what people stored. */
  segments: SegmentReader;
  archives: ArchiveShares;
  events: Events;
  clock: Clock;
  log: Logger;
  accessLog: AccessLog;
  throttle: Throttle;
  passwords: PasswordHasher;
  /** The 32 bytes of `<dataDir>/keys/link-key`, the same on all nodes. */
  linkKey: Buffer;
  /** Where people reach this installation, without a trailing slash; null: the address of the request. */
  publicUrl: string | null;
  uploadDefaults: UploadDefaults;
  /** Whether a CDN stands in front, which may keep what anybody may see. */
  cdn: boolean;
  /** Told of everything that the log of a link is told. */
  onAccess?: (action: string, outcome: string) => void;
  /** Stores the request's body under a name that is free, on the owner's quota. */
  storeFile(file: RequestedFile): Promise<{ name: string; fileSize: number }>;
}

export interface SharingDeps extends Omit<SharingOptions, "linkKey"> {
  keys: LinkKeys;
  findLiveLink: FindLiveLink;
  shareLog: ShareLog;
}
