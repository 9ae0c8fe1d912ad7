import { availableParallelism } from "node:os";
import { FairShare } from "./fair-share.ts";

/**
 * What may take the database long: searches, copies, moves, counts, lists of archives. So many of all users at once, in turns, that at least half of
 * a machine which the database shares is left for what is answered at once; and seven eighths while more wait. Per process.
 */
export function createLongQuestions(processors = availableParallelism()): FairShare {
  const total = Math.max(1, Math.floor(processors / 2));
  const what = "searches, copies, moves and archives";
  return new FairShare({ total, each: Math.ceil(total / 2), what, restAtMostMs: 100 });
}
