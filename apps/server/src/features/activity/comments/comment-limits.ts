import type { Queryable } from "../../../platform/database/database.ts";
import { ProblemError } from "../../../platform/http/problem.ts";
import { countForLimits, lockComments } from "./comments.queries.ts";

const ON_FILE = 1_000;
const A_MINUTE = 20;

/** In the transaction that writes one. @throws too_many_comments, rate_limited */
export async function admitComment(tx: Queryable, fileId: string, authorId: string): Promise<void> {
  await lockComments.first(tx, fileId);
  const counts = await countForLimits.first(tx, fileId, authorId, A_MINUTE);
  if ((counts?.on_file ?? 0) >= ON_FILE) {
    throw new ProblemError("too_many_comments", "There are 1,000 comments here. Delete some to add more.");
  }
  if ((counts?.lately ?? 0) >= A_MINUTE) {
    throw new ProblemError(
      "rate_limited",
      "You wrote 20 comments within a minute. Wait a moment, then send it again.",
      {
        headers: { "retry-after": "60" },
      },
    );
  }
}
