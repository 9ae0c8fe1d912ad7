import { hasCode } from "@/lib/api";
import { isUnanswered, Stopped } from "../transfer/answers";

/**
 * What a failed attempt means.
 * - `stopped`: nothing, it was stopped on purpose
 * - `unanswered`: no answer came; whether the server is there has to be asked
 * - `everything`: the same will meet every other file
 * - `later`: the server has no time for it now
 * - `refused`: something is wrong with this one
 */
export type Failure = "stopped" | "unanswered" | "everything" | "later" | "refused";

export function failureOf(error: unknown): Failure {
  if (error instanceof Stopped) return "stopped";
  if (isUnanswered(error)) return "unanswered";
  if (hasCode(error, "unauthenticated", "session_ended", "quota_exceeded", "too_many_entries", "disk_full"))
    return "everything";
  if (hasCode(error, "unavailable", "rate_limited", "server_busy", "request_timeout", "busy", "upload_busy"))
    return "later";
  return "refused";
}
