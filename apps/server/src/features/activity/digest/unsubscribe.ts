import { notFound } from "../../../platform/http/problem.ts";
import type { ActivityDeps } from "../activity.deps.ts";
import { turnOffDigest } from "./digest.queries.ts";
import { readUnsubscribeToken } from "./unsubscribe-token.ts";

/** Once more does nothing. @throws not_found */
export async function unsubscribe({ db, linkKey }: Pick<ActivityDeps, "db" | "linkKey">, token: string): Promise<void> {
  const userId = readUnsubscribeToken(linkKey, token);
  if (userId === null || (await turnOffDigest.count(db, userId)) === 0) throw notFound();
}
