import type { Queryable } from "../../../platform/database/database.ts";
import { byPieces, inName, ofKind, ofTier, someInName, tierAbove, tierInName, typedOf } from "./conditions.ts";
import { pages, readPage } from "./page.queries.ts";
import type { Found, Position, Wanted } from "./wanted.ts";
import type { Word } from "./words.ts";

interface Gathering {
  after: Position | null;
  limit: number;
  most: number;
}

interface ByPieces {
  pieces: string[];
  enough: number;
}

const piecesOfWords = "unnest(:pieces::text[]) p (piece)";

type InName = 1 | 2 | 3 | 4 | null;
const inNameShapes = ([1, 2, 3, 4, null] as const).flatMap((tier) => [true, false].map((after) => ({ tier, after })));

export const gatherInName = pages<{ tier: InName; after: boolean }, ByPieces>(inNameShapes, ({ tier }) => ({
  found: `select w.words, w.file_id, true as hit, true as every, ${tier ?? tierInName} as tier
    from ${byPieces(piecesOfWords)} where ${tier === null ? inName : ofTier(tier)} and ${ofKind} limit :enough`,
  above: false,
}));

const afterShapes = [true, false].map((after) => ({ after }));

export const gatherSomeInName = pages<{ after: boolean }, ByPieces>(afterShapes, () => ({
  found: `select w.words, w.file_id, true as hit, true as every, ${tierAbove} as tier
    from ${byPieces(piecesOfWords)} where ${someInName} and ${ofKind} limit :enough`,
  above: true,
}));

export const gatherBelowFolders = pages<{ after: boolean }, { folders: readonly string[]; enough: number }>(
  afterShapes,
  () => ({
    found: `with recursive below as (
      select unnest(:folders::uuid[]) as id
      union
      select f.id from below b cross join lateral (
        select f.id from holdfast.files f
        where f.parent_id = b.id and f.kind = 'folder' and f.trashed_at is null and f.purged_at is null offset 0
      ) f
    ), within as materialized (
      select f.id from (select id from below limit :enough) b join lateral (
        select f.id from holdfast.files f where f.parent_id = b.id and f.trashed_at is null and f.purged_at is null limit :enough
      ) f on true limit :enough
    )
    select w.words, w.file_id, (${someInName} and ${ofKind}) as hit, true as every, ${tierAbove} as tier
    from within i, lateral (select * from holdfast.file_words x where x.file_id = i.id offset 0) w where w.space_id = any(:spaces::uuid[])`,
    above: true,
  }),
);

const givenOf = (wanted: Wanted, required: readonly Word[], { after, limit, most }: Gathering) => ({
  ...typedOf(wanted, required),
  ...{ principal: wanted.principalId, spaces: wanted.spaces, after, limit, enough: most + 1 },
});

/** All rows of a tier, or with all words in their names, where an index finds at most `most`; otherwise `read` is more, and what came is no page. */
export function gather(db: Queryable, wanted: Wanted, tier: InName, options: Gathering): Promise<Found> {
  const pieces = wanted.words.flatMap((word) => (tier === null ? word.piecesInside : word.piecesAtStart));
  const given = { ...givenOf(wanted, [], options), pieces: [...new Set(pieces)] };
  return readPage(gatherInName, db, { tier, after: options.after !== null }, given);
}

/** The same of rows with some of the words in their names. */
export function gatherSome(
  db: Queryable,
  wanted: Wanted,
  required: readonly Word[],
  options: Gathering,
): Promise<Found> {
  const pieces = required.flatMap((word) => word.piecesInside);
  const given = { ...givenOf(wanted, required, options), pieces: [...new Set(pieces)] };
  return readPage(gatherSomeInName, db, { after: options.after !== null }, given);
}

/** Rows of the tiers 6 and 7 among all that lies below `folders`; `read` is more than `most` where that is too much to look at. */
export function gatherBelow(
  db: Queryable,
  wanted: Wanted,
  folders: readonly string[],
  required: readonly Word[],
  options: Gathering,
): Promise<Found> {
  const given = { ...givenOf(wanted, required, options), folders };
  return readPage(gatherBelowFolders, db, { after: options.after !== null }, given);
}
