import { RepositoryError } from "@holdfast/repository";
import { StorageError } from "@holdfast/storage";
import { meansAway, outageOf } from "../../../platform/database/away.ts";
import { sqlState } from "../../../platform/database/database.ts";
import { ProblemError } from "../../../platform/http/problem.ts";
import { SegmentUnreadable } from "./segment-unreadable.ts";

/** Two transactions that got in each other's way. */
const collisions = new Set(["40001", "40P01"]);

/** Whether the same may succeed later without anybody doing anything. */
export function isPassing(error: unknown): boolean {
  if (error instanceof StorageError) return error.retryable;
  if (error instanceof RepositoryError) return error.code === "locked" || error.code === "lock_lost";
  if (error instanceof ProblemError) return error.code === "unavailable";
  return outageOf(error) !== null || meansAway(error) || collisions.has(sqlState(error) ?? "");
}

/** Somebody uses the repository in a way that does not go together with ours. Waiting for that is no failure. */
export function isLocked(error: unknown): boolean {
  return error instanceof RepositoryError && error.code === "locked";
}

/** An entry of a snapshot that can be none: it is left out, and the others come back. */
export function isRefused(error: unknown): boolean {
  return error instanceof RepositoryError && error.code === "refused";
}

/** Why a backup or restore failed, as a sentence that says what to do. */
export function explainFailure(error: unknown): string {
  if (error instanceof StorageError) {
    if (error.code === "no_space") return "The disk is full. Make room, then try again.";
    if (error.code === "permission_denied")
      return `${error.message} Give Holdfast the right to use it, then try again.`;
    return `${error.message} Look at the store (Targets, Test), then try again.`;
  }
  if (error instanceof RepositoryError) {
    if (error.code === "damaged")
      return `The backup repository is damaged: ${error.message} Verify it, and back up again.`;
    if (error.code === "no_repository")
      return "There is no backup repository at the target: was its folder emptied? Make a new backup.";
    return error.message;
  }
  if (error instanceof SegmentUnreadable) {
    return `${error.message} No backup holds it. Upload the file again or delete it, with its old versions, and back up again.`;
  }
  if (error instanceof ProblemError) return error.message;
  const message = error instanceof Error ? error.message : String(error);
  return /[.!?]$/.test(message) ? message : `${message}.`;
}
