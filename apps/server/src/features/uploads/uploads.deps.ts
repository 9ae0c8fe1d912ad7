import type { FilesDeps } from "../files/index.ts";
import type { InsertFile } from "./insert-files.ts";
import type { TouchSegment } from "./touch-segments.ts";

/** What the uploads feature is built from. */
export interface UploadsDeps extends FilesDeps {
  touch: TouchSegment;
  insertFile: InsertFile;
  /** Largest file in bytes; null: no limit. */
  maxFileSize: number | null;
}
