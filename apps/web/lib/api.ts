import { ApiError, createClient } from "@holdfast/contract/client";
import { askForProof } from "./proof";
import { fetchOrEarly } from "./request/early";
import { isAway, readAgain } from "./request/read-again";

export { ApiError, urlOf } from "@holdfast/contract/client";

/** Told when the server says that nobody is signed in any more, whoever asked it what. */
export const signedOut = new EventTarget();

/** Told when the server refuses a change because it is being maintained. */
export const maintenanceMet = new EventTarget();

const ask = createClient({ fetch: fetchOrEarly });

/** The page's own origin; the session is an HttpOnly cookie that scripts never see. */
export const call = (async (...request: Parameters<typeof ask>) => {
  const [operation, , init] = request;
  // What changes something is never sent again by itself: the person is told, and asked.
  const send = () => (operation.method === "GET" ? readAgain(() => ask(...request), init?.signal) : ask(...request));
  try {
    return await send();
  } catch (error) {
    // The server did nothing of it yet.
    if (hasCode(error, "recent_proof_required") && (await askForProof())) return send();
    if (hasCode(error, "unauthenticated", "session_ended", "mfa_required", "mfa_enrolment_required"))
      signedOut.dispatchEvent(new Event("signed-out"));
    if (hasCode(error, "maintenance")) maintenanceMet.dispatchEvent(new Event("met"));
    throw error;
  }
}) as typeof ask;

/** What to say to a person about a failure: a sentence, and an id to quote where it was the server's. What was asked wrong needs none. */
export function problemOf(error: unknown): { message: string; requestId: string; code: string } {
  if (error instanceof ApiError) {
    return { message: error.message, requestId: error.status < 500 ? "" : error.requestId, code: error.code };
  }
  return { message: error instanceof Error ? error.message : String(error), requestId: "", code: "internal" };
}

/** Whether the server has said that this may be sent again: it answered, and nothing is done twice by it. */
export function mayTryAgain(error: unknown): boolean {
  return isAway(error) && error instanceof ApiError && error.requestId !== "";
}

/** Whether the server was not there: what is the same when done twice may then be sent again. */
export function isUnreached(error: unknown): boolean {
  return isAway(error);
}

export function hasCode(error: unknown, ...codes: string[]): boolean {
  return error instanceof ApiError && codes.includes(error.code);
}
