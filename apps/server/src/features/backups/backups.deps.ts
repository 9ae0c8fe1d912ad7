import type { ObjectStore } from "@holdfast/storage";
import type { Logger } from "pino";
import type { AccessLog } from "../../platform/audit/access-log.ts";
import type { Clock } from "../../platform/clock.ts";
import type { Database } from "../../platform/database/database.ts";
import type { Migration } from "../../platform/database/migrate/migrate.ts";
import type { Events } from "../../platform/events/events.ts";
import type { Jobs } from "../../platform/jobs/job.ts";
import type { Room } from "../../platform/storage/room.ts";
import type { Targets } from "./targets/open-target.ts";
import type { BackupQuota } from "./work/backup-quota.ts";

/** What this Holdfast knows of a database's schema. */
export interface KnownSchema {
  /** Schema `auth` where the embedded service signs people in. A Supabase has its own. */
  readonly auth: readonly Migration[];
  readonly holdfast: readonly Migration[];
}

/** Who signs people in, and so whom schema `auth` belongs to. */
export type SignIn = "embedded" | "supabase";

/** A file that is being brought back: written chunk by chunk, then committed as an upload is. */
export interface IncomingFile {
  /** Bytes so far. */
  readonly size: number;
  /** The chunk may be reused when the promise settles. */
  write(chunk: Uint8Array): Promise<void>;
  /** Makes it durable and visible: quota, audit entry, version. Returns its id. @throws ProblemError as uploads do */
  commit(request: IncomingRequest): Promise<string>;
  /** Gives up what was written. Never throws. */
  abort(): Promise<void>;
}

export interface IncomingRequest {
  userId: string;
  parentId: string;
  name: string;
  onConflict: "rename" | "replace";
  /** A file in the trash that this becomes the newest version of, so that it keeps its id and its links. Of `replace` alone. */
  trashedId?: string;
  lastModified: Date;
}

export interface BackupsOptions {
  db: Database;
  store: ObjectStore;
  events: Events;
  jobs: Jobs;
  clock: Clock;
  log: Logger;
  accessLog: AccessLog;
  room: Room;
  backupQuota: BackupQuota;
  /** Absolute. */
  dataDir: string;
  /** The folder of the files' bytes; null where they are in no folder. */
  objects: string | null;
  databaseUrl: string;
  /** Of this installation: its fingerprints are made with it. */
  linkKey: string;
  version: string;
  schema(): KnownSchema;
  signIn: SignIn;
  /** Opens a file for writing, on the same way as uploads go. */
  receiveFile(): IncomingFile;
  /** Makes a folder of a person's; `reuse`: one of that name may be the answer. Returns its id and name. */
  makeFolder(folder: {
    userId: string;
    parentId: string | null;
    name: string;
    onConflict: "rename" | "reuse";
  }): Promise<{ id: string; name: string }>;
  /** Brings a file back as it is. False where it is in the trash no more. */
  takeFileFromTrash(file: { userId: string; fileId: string }): Promise<boolean>;
  /** Brings a folder back by itself: what is in it stays in the trash. False where it is in the trash no more. */
  takeFolderFromTrash(folder: { userId: string; folderId: string }): Promise<boolean>;
}

export interface BackupsDeps extends BackupsOptions {
  targets: Targets;
}
