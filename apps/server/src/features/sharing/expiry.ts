import { ProblemError } from "../../platform/http/problem.ts";

/**
 * When a link of this type ends: in the future where it is temporary, never where it is permanent.
 * @throws ProblemError invalid_expiry
 */
export function checkExpiry(linkType: "temporary" | "permanent", expiresAt: string | null, now: Date): Date | null {
  if (linkType === "permanent") {
    if (expiresAt !== null)
      throw new ProblemError(
        "invalid_expiry",
        "A permanent link has no expiry. Make it temporary, or leave expiresAt out.",
      );
    return null;
  }
  if (expiresAt === null)
    throw new ProblemError("invalid_expiry", "A temporary link needs an expiry: say when it ends in expiresAt.");
  const date = new Date(expiresAt);
  if (Number.isNaN(date.getTime()) || date <= now) {
    throw new ProblemError("invalid_expiry", "The expiry must lie in the future.");
  }
  return date;
}
