import { ApiError, createClient } from "@holdfast/contract/client";

export { ApiError, urlOf } from "@holdfast/contract/client";

/** The page's own origin; the session is an HttpOnly cookie that scripts never see. */
export const call = createClient();

/** What to tell a person about a failure: a sentence, and an id to quote where the server gave one. */
export function problemOf(error: unknown): { message: string; requestId: string; code: string } {
  if (error instanceof ApiError) return { message: error.message, requestId: error.requestId, code: error.code };
  return { message: error instanceof Error ? error.message : String(error), requestId: "", code: "internal" };
}

export function hasCode(error: unknown, ...codes: string[]): boolean {
  return error instanceof ApiError && codes.includes(error.code);
}
