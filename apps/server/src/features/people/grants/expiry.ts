import type { Clock } from "../../../platform/clock.ts";
import { ProblemError } from "../../../platform/http/problem.ts";

/** @throws invalid_expiry for a time that has passed */
export function expiryOf(clock: Clock, text: string | null): Date | null {
  if (text === null) return null;
  const at = new Date(text);
  if (at > clock.now()) return at;
  throw new ProblemError("invalid_expiry", "Choose a time that lies ahead.");
}
