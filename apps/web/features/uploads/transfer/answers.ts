import type { Problem } from "@holdfast/contract";
import { ApiError } from "@/lib/api";

/** The transfer was stopped here, on purpose. */
export class Stopped extends Error {}

/** Nobody answered, or only a proxy that does not reach the server either. */
export function isUnanswered(error: unknown): boolean {
  return error instanceof ApiError && error.code === "unavailable" && error.requestId === "";
}

/** A refusal by something on the way to the server, such as a proxy that lets no body of this size through. */
export function isFromBetween(error: unknown): boolean {
  return isUnanswered(error) && error instanceof ApiError && error.status >= 400 && error.status < 500;
}

/** What an answer that is no success says; status 0 where there was none. */
export function problemError(status: number, body: string, fallback = ""): ApiError {
  try {
    const problem = JSON.parse(body) as Problem;
    if (problem.code) return new ApiError(problem);
  } catch {
    // Not from us: a proxy in between, or no answer at all.
  }
  const detail = status === 0 ? "The server cannot be reached." : `The server answered ${status}. ${fallback}`;
  return new ApiError({ type: "about:blank", title: detail, status, code: "unavailable", detail, requestId: "" });
}
