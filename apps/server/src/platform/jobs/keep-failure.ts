import { ProblemError } from "../http/problem.ts";
import type { JobContext } from "./job.ts";

/** As many as the queue makes after the first (`retryLimit`). */
const retries = 5;

/**
 * Runs a job whose row says how it ended. What another attempt may do better goes back to the queue; of a refusal, and of the last attempt, the
 * reason is kept.
 */
export async function keepFailure(
  { signal, retryCount = retries }: JobContext,
  work: () => Promise<void>,
  keep: (error: unknown) => Promise<void>,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    const refused = error instanceof ProblemError;
    if (!refused && (signal.aborted || retryCount < retries)) throw error;
    await keep(error);
    if (!refused) throw error;
  }
}
