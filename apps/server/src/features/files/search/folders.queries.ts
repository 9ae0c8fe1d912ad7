import type { Queryable } from "../../../platform/database/database.ts";
import { byPieces } from "./conditions.ts";
import { NamedFamily } from "./named-family.ts";
import type { Wanted } from "./wanted.ts";

interface Given {
  spaces: readonly string[];
  /** A pattern for each word. */
  inside: string[];
  /** The words' pieces, each with the number of its word. */
  pieces: string[];
  ofWord: number[];
  enough: number;
}

const piecesOfWord = "unnest(:pieces::text[], :ofWord::int[]) p (piece, at) where p.at = t.at";

export const findFolders = new NamedFamily<"all", Given, { at: number; file_id: string }>(
  ["all"],
  () => `select t.at::int as at, found.file_id from unnest(:inside::text[]) with ordinality t (pattern, at)
    cross join lateral (
      select w.file_id from ${byPieces(piecesOfWord, "and x.sort = 'folder'")} where w.words like t.pattern limit :enough
    ) found`,
);

/** For each word the folders that have it in their names, each at most `most` + 1. */
export async function foldersOf(db: Queryable, { spaces, words }: Wanted, most: number): Promise<string[][]> {
  const pieces = words.flatMap((word, at) => word.piecesInside.map((piece) => ({ piece, at: at + 1 })));
  const rows = await findFolders.all(db, "all", {
    ...{ spaces, enough: most + 1, inside: words.map((word) => word.inside) },
    ...{ pieces: pieces.map(({ piece }) => piece), ofWord: pieces.map(({ at }) => at) },
  });
  return words.map((_, at) => rows.filter((row) => row.at === at + 1).map((row) => row.file_id));
}
