import type { ReleaseSegments, TouchSegment } from "../content/index.ts";
import type { FilesDeps } from "../files/index.ts";
import type { InsertFile } from "./commit/insert-files.ts";

/** What the uploads feature is built from. */
export interface UploadsDeps extends FilesDeps {
  touch: TouchSegment;
  release: ReleaseSegments;
  insertFile: InsertFile;
  /** Largest file in bytes; null: no limit. */
  maxFileSize: number | null;
}
