import { ObjectNotFound, StorageError } from "@holdfast/storage";
import { ProblemError } from "../../../platform/http/problem.ts";

/** What the store has under a segment's name is not that segment. */
export class SegmentDamaged extends Error {
  override name = "SegmentDamaged";
}

/** Whether an error of reading says that the bytes are lost here, and not only that the store cannot be asked right now. */
export function isDamage(error: unknown): boolean {
  if (error instanceof SegmentDamaged || error instanceof ObjectNotFound) return true;
  // A range that a segment of the right length would have.
  if (error instanceof RangeError) return true;
  if (!(error instanceof StorageError)) return false;
  return error.code === "corrupt" || (error.cause as { code?: string } | undefined)?.code === "EIO";
}

export function contentDamaged(cause: unknown): ProblemError {
  return new ProblemError(
    "content_damaged",
    "The stored bytes of this file are damaged, and no backup that can be reached holds them. The administrator has been told; uploading the file again mends it.",
    { cause },
  );
}

export function contentHealing(cause: unknown): ProblemError {
  return new ProblemError(
    "data_unreadable",
    "The stored bytes of this file are damaged and are being brought back from a backup. Try again in a minute.",
    { cause, headers: { "retry-after": "60" } },
  );
}
