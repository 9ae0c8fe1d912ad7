import type { ReleaseSegments, TouchSegment } from "../content/index.ts";
import type { FilesDeps } from "../files/index.ts";
import type { InsertFile } from "./commit/insert-files.ts";
import type { UploadMemory } from "./upload-memory.ts";

/** What the uploads feature is built from. */
export interface UploadsDeps extends FilesDeps {
  touch: TouchSegment;
  release: ReleaseSegments;
  insertFile: InsertFile;
  memory: UploadMemory;
  /** Largest file in bytes; null: no limit. */
  maxFileSize: number | null;
}
