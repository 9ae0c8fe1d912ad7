import type { Queryable } from "../../platform/database/database.ts";
import { type Intent, judge } from "./intents.ts";
import { findSeenSpaces, judgePairs, type SeenSpaces } from "./judge-many.queries.ts";

/** Somebody, and what they want of a file or folder. */
export interface Wish {
  readonly principalId: string;
  readonly fileId: string;
  readonly intent: Intent;
}

const askedAtOnce = 1_000;

/** Whether each may be done now, in their order. So many are asked about in one statement. */
export async function mayEach(db: Queryable, wishes: readonly Wish[]): Promise<boolean[]> {
  const answers: boolean[] = wishes.map(() => false);
  for (let from = 0; from < wishes.length; from += askedAtOnce) {
    const part = wishes.slice(from, from + askedAtOnce);
    const principals = part.map((wish) => wish.principalId);
    const files = part.map((wish) => wish.fileId);
    for (const row of await judgePairs.all(db, principals, files)) {
      const { intent } = part[row.nth - 1] as Wish;
      answers[from + row.nth - 1] = judge(row, intent) === "may";
    }
  }
  return answers;
}

/** A page hears of changes in so many spaces of others at once. */
const spacesHeard = 500;

export function spacesSeenBy(db: Queryable, userIds: readonly string[]): Promise<SeenSpaces[]> {
  return findSeenSpaces.all(db, userIds, spacesHeard);
}
