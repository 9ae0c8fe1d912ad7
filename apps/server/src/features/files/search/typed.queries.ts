import type { Queryable } from "../../../platform/database/database.ts";
import { statement } from "../../../platform/database/statement.ts";
import type { Wanted } from "./wanted.ts";
import { wordOf } from "./words.ts";

/** Each word as names are compared, and the spaces that the principal sees something of. */
export const foldWords = statement<[words: string[], principalId: string], { folded: string[]; spaces: string[] }>(
  `select array(select holdfast.fold(t.word) from unnest($1::text[]) with ordinality t (word, at) order by t.at) as folded,
     array(select s.space_id from holdfast.spaces_seen($2) s) as spaces`,
  { notNull: ["folded", "spaces"] },
);

type Read = Pick<Wanted, "words" | "prefix" | "spaces">;

/** What was typed, as names are compared, and where to look; null where it has no letter or number in it, or there is nothing to look at. */
export async function readWords(db: Queryable, principalId: string, q: string): Promise<Read | null> {
  const typed = q.split(/\s+/u).filter((word) => word !== "");
  const { folded = [], spaces = [] } = (await foldWords.first(db, [...typed, q.trim()], principalId)) ?? {};
  const words = folded.slice(0, -1).flatMap((text) => wordOf(text) ?? []);
  if (words.length === 0 || spaces.length === 0) return null;
  return { words, prefix: ` ${(folded.at(-1) as string).trimStart()}`, spaces };
}
