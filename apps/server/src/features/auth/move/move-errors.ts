import { explainDatabaseError } from "../../../platform/database/explain.ts";
import { ProblemError } from "../../../platform/http/problem.ts";

/** A failure of a move as a sentence, where it is one that the operator can do something about. */
export function explainMove(error: unknown, url: string, which: string): unknown {
  if (error instanceof ProblemError) return error;
  const { code = "", message = "" } = (error ?? {}) as { code?: string; message?: string };
  const sentence =
    explainDatabaseError(error, url, which) ??
    (code === "42501" ? `The database user of ${which} may not do this (${message}): use the user "postgres".` : null);
  return sentence === null
    ? error
    : new ProblemError("unavailable", `${sentence} Nothing was changed.`, { cause: error });
}
