import { mentionsOf } from "@holdfast/contract";
import type { Queryable } from "../../../platform/database/database.ts";
import { whoSees } from "./people.queries.ts";

/** More are text and nothing else. */
const MOST = 20;

/** Whom a text mentions, of those who may see the file: nobody learns by a mention that it exists. */
export async function mentioned(db: Queryable, fileId: string, text: string): Promise<string[]> {
  const ids = mentionsOf(text).slice(0, MOST);
  if (ids.length === 0) return [];
  return (await whoSees.all(db, fileId, ids)).map(({ id }) => id);
}
