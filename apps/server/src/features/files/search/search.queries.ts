import type { Queryable } from "../../../platform/database/database.ts";
import { Statement, statement } from "../../../platform/database/statement.ts";
import { maySee } from "../../access/index.ts";
import type { FileViewRow } from "../file-view.ts";
import { viewColumns } from "../files.queries.ts";
import { rangesOf, type Word, wordOf } from "./words.ts";

/**
 * How good a hit is: 1 the name begins with all that was typed, 2 each word begins a word of the name, and one of them the name, 3 each word
 * begins a word of the name, and the last one typed is its last word (such as its ending), 4 each begins a word of the name, 5 each is in the
 * name. Where a word is only in the name of a folder above: 6 the name begins with one of the words, 7 it has one of them elsewhere.
 */
export type Tier = 1 | 2 | 3 | 4 | 5 | 6 | 7;

export interface Wanted {
  principalId: string;
  /** Where is searched: the spaces that the principal sees something of, at least one. What is found there is judged in `page`. */
  spaces: readonly string[];
  words: Word[];
  /** All that was typed, as a name begins with it. */
  prefix: string;
  kind: string | null;
}

/** Where a page ended: tier, then natural order of the words of names, then id. */
export interface Position {
  tier: Tier;
  words: string;
  id: string;
  /** The index was asked before and has too many hits: it need not be asked again. */
  tooMany?: boolean;
}

export type FoundRow = FileViewRow & { file_path: string; words: string; tier: Tier };

export interface Found {
  rows: FoundRow[];
  /** How many rows were read. */
  read: number;
  /** Of these, the ones with every word in their name. */
  matching: number;
  /** Of these, the ones of the tiers 1 to 4. */
  starting: number;
  /** The row that was read last, where more may follow. */
  last: { words: string; id: string } | null;
}

const order = "collate holdfast.natural";

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

/** Collects a statement's values. */
class Values {
  readonly list: unknown[] = [];
  add(value: unknown): string {
    return `$${this.list.push(value)}`;
  }
}

const all = (patterns: string[], values: Values, column = "w.words"): string =>
  patterns.map((pattern) => `${column} like ${values.add(pattern)}`).join(" and ") || "true";

const inName = ({ words }: Wanted, values: Values): string =>
  all(
    words.map((word) => word.inside),
    values,
  );

const beginning = ({ prefix }: Wanted, values: Values): string => `w.words like ${values.add(`${prefix}%`)}`;

const ending = ({ prefix }: Wanted, values: Values): string =>
  `holdfast.last_word(w.words) = ${values.add(prefix.trim().split(" ").at(-1))}`;

/** The tier of a row that has every word in its name. */
function tierOf(wanted: Wanted, values: Values): string {
  const starts = all(
    wanted.words.map((word) => word.atStart),
    values,
  );
  return `case when ${beginning(wanted, values)} then 1 when ${starts} and ${beginsWithOne(wanted, values)} then 2
    when ${starts} and ${ending(wanted, values)} then 3 when ${starts} then 4 else 5 end`;
}

/** Rows with some of the words in their name, and not all. */
function someInName(wanted: Wanted, values: Values, required: readonly Word[]): string {
  const needed = all(
    required.map((word) => word.inside),
    values,
  );
  const some = wanted.words.map((word) => `w.words like ${values.add(word.inside)}`).join(" or ");
  return `${needed} and (${some}) and not (${inName(wanted, values)})`;
}

const beginsWithOne = ({ words }: Wanted, values: Values): string =>
  `(${words.map((word) => `w.words like ${values.add(word.atStart.slice(1))}`).join(" or ")})`;

/** Rows of a tier. `required`: the words that are in no folder's name. */
function ofTier(wanted: Wanted, tier: Tier, values: Values, required: readonly Word[]): string {
  if (tier === 1) return beginning(wanted, values);
  if (tier < 6) return `(${inName(wanted, values)}) and (${tierOf(wanted, values)}) = ${tier}`;
  return `${someInName(wanted, values, required)} and ${tier === 7 ? "not" : ""} ${beginsWithOne(wanted, values)}`;
}

const ofKind = ({ kind }: Wanted, values: Values): string => (kind === null ? "" : `and w.sort = ${values.add(kind)}`);

const inSpace = (space: string, values: Values): string => `w.space_id = ${values.add(space)}`;

const inSpaces = ({ spaces }: Wanted, values: Values): string =>
  spaces.length === 1 ? inSpace(spaces[0] as string, values) : `w.space_id = any(${values.add(spaces)}::uuid[])`;

const keys = (wanted: Wanted, pieces: readonly string[], values: Values): string => {
  const wantedPieces = values.add([...new Set(pieces)]);
  const each = wanted.spaces.map(
    (space) =>
      `holdfast.search_keys(x.space_id, x.words) @> (select array_agg(holdfast.search_key(${values.add(space)}::uuid, p.piece)) from unnest(${wantedPieces}::text[]) p (piece))`,
  );
  return `(${each.join(" or ")})`;
};

/** Rows that the index finds by pieces of words, of which none else is read. */
const byPieces = (wanted: Wanted, pieces: readonly string[], values: Values, only = ""): string =>
  `(select x.* from holdfast.file_words x where ${keys(wanted, pieces, values)} ${only} offset 0) w`;

/** Live, and every word in the name (of row `p`) or in the folders above that the principal sees. */
function wordsAbove(wanted: Wanted, values: Values): string {
  const each = wanted.words.map(({ inside }) => {
    const pattern = values.add(inside);
    return `(p.words like ${pattern} or above.words like ${pattern})`;
  });
  return `, lateral (select holdfast.words_above_seen(f.id, ${values.add(wanted.principalId)}) as words) above where above.words is not null and ${each.join(" and ")} and`;
}

/** The page among `found`, in order, each judged by itself until there are enough: live, to be seen, every word in the name or above. */
async function page(
  db: Queryable,
  wanted: Wanted,
  values: Values,
  from: { found: string; after: Position | null; limit: number; above: boolean; end?: string },
): Promise<Found> {
  const { found, after, limit, end } = from;
  const judged = from.above ? wordsAbove(wanted, values) : "where holdfast.is_live(f.id) and";
  const later = after
    ? `and (w.tier, w.words ${order}, w.file_id) > (${values.add(after.tier)}::int, ${values.add(after.words)}::text ${order}, ${values.add(after.id)}::uuid)`
    : "";
  type Read = FoundRow & { read: number; matching: number; starting: number; last_words: string; last_id: string };
  // Its text depends on how many words there are and where the page begins, without bound; so the check of statements does not see it.
  const select = new Statement<unknown[], Read>(
    `with found as materialized (${found}), page as materialized (
       select p.* from (select w.* from found w where w.hit ${later} order by w.tier, w.words ${order}, w.file_id) p,
       lateral (select from (select * from holdfast.files f where f.id = p.file_id offset 0) f ${judged} ${maySee("f.id", `${values.add(wanted.principalId)}::uuid`)} offset 0) live
       limit ${values.add(limit)})
     select e.*, p.words, p.tier, ${viewColumns}, holdfast.path_seen(f.id, ${values.add(wanted.principalId)}) as file_path
     from (select (select count(*)::int from found) as read, (select count(*)::int from found where every) as matching,
       (select count(*)::int from found where tier < 5) as starting,
       l.words as last_words, l.file_id as last_id from (select) one left join lateral (${end ?? "select null::text as words, null::uuid as file_id"}) l on true) e
     left join page p on true left join holdfast.files f on f.id = p.file_id
     order by p.tier, p.words ${order}, p.file_id`,
  );
  const rows = await select.all(db, ...values.list);
  const first = rows[0];
  return {
    rows: rows.filter((row) => row.id !== null),
    read: first?.read ?? 0,
    matching: first?.matching ?? 0,
    starting: first?.starting ?? 0,
    last: first?.last_id ? { words: first.last_words, id: first.last_id } : null,
  };
}

/** Reads up to `budget` names in natural order and keeps those of the tier: fast where hits are common. */
export function scan(
  db: Queryable,
  wanted: Wanted,
  options: { tier: Tier; after: Position | null; limit: number; budget: number; required: readonly Word[] },
): Promise<Found> {
  const values = new Values();
  const { tier, budget, required } = options;
  const after = options.after?.tier === tier ? options.after : null;
  const enough = values.add(budget);
  const bounds: string[] = [];
  if (after) {
    bounds.push(
      `(w.words ${order}, w.file_id) > (${values.add(after.words)}::text ${order}, ${values.add(after.id)}::uuid)`,
    );
  }
  // A name that begins with something stands in its range, and nothing else has to be read.
  const begins = wanted.words.map((word) => word.atStart.slice(1, -1));
  const prefixes = { 1: [wanted.prefix], 2: begins, 6: begins }[tier as 1 | 2 | 6];
  const ofRange = prefixes
    ?.flatMap(rangesOf)
    .map(({ from, below }) => [
      `w.words >= ${values.add(from)}::text ${order}`,
      `w.words < ${values.add(below)}::text ${order}`,
    ]) ?? [tier === 3 ? [ending(wanted, values)] : []];
  // Each range of each space is read in the index's order.
  const ranges = wanted.spaces.flatMap((space) => {
    const inThisSpace = inSpace(space, values);
    return ofRange.map(
      (range) =>
        `(select w.words, w.file_id, w.sort from holdfast.file_words w where ${[inThisSpace, ...bounds, ...range].join(" and ")}
      order by w.words ${order}, w.file_id limit ${enough})`,
    );
  });
  const merged =
    ranges.length === 1
      ? ranges[0]
      : `(select u.words, u.file_id, u.sort from (${ranges.join(" union ")}) u order by u.words ${order}, u.file_id limit ${enough})`;
  const found = `select s.*, (${ofTier(wanted, tier, values, required)} ${ofKind(wanted, values)}) as hit, ${tier} as tier,
      (${inName(wanted, values)} ${ofKind(wanted, values)}) as every
    from ${merged} s, lateral (select s.words, s.sort) w`;
  const end = `select words, file_id from found offset ${values.add(budget - 1)} limit 1`;
  return page(db, wanted, values, { found, after, limit: options.limit, above: tier > 5, end });
}

interface Gathering {
  after: Position | null;
  limit: number;
  most: number;
}

/** All rows of a tier, or with all words in their names, where an index finds at most `most`; otherwise `read` is more, and what came is no page. */
export function gather(db: Queryable, wanted: Wanted, tier: 1 | 2 | 3 | 4 | null, options: Gathering): Promise<Found> {
  const values = new Values();
  const { most, after, limit } = options;
  const pieces = wanted.words.flatMap((word) => (tier === null ? word.piecesInside : word.piecesAtStart));
  const rows = tier === null ? inName(wanted, values) : ofTier(wanted, tier, values, []);
  const found = `select w.words, w.file_id, true as hit, true as every, ${tier ?? tierOf(wanted, values)} as tier
    from ${byPieces(wanted, pieces, values)} where ${inSpaces(wanted, values)} and ${rows} ${ofKind(wanted, values)}
    limit ${values.add(most + 1)}`;
  return page(db, wanted, values, { found, after, limit, above: false });
}

/** The same of rows with some of the words in their names. */
export function gatherSome(
  db: Queryable,
  wanted: Wanted,
  required: readonly Word[],
  options: Gathering,
): Promise<Found> {
  const values = new Values();
  const { most, after, limit } = options;
  const pieces = required.flatMap((word) => word.piecesInside);
  const found = `select w.words, w.file_id, true as hit, true as every, case when ${beginsWithOne(wanted, values)} then 6 else 7 end as tier
    from ${byPieces(wanted, pieces, values)} where ${inSpaces(wanted, values)} and ${someInName(wanted, values, required)} ${ofKind(wanted, values)}
    limit ${values.add(most + 1)}`;
  return page(db, wanted, values, { found, after, limit, above: true });
}

/** For each word the folders that have it in their names, each at most `most` + 1. */
export async function foldersOf(db: Queryable, wanted: Wanted, most: number): Promise<string[][]> {
  const values = new Values();
  const parts = wanted.words.map(
    (
      word,
      at,
    ) => `(select ${at} as at, w.file_id from ${byPieces(wanted, word.piecesInside, values, "and x.sort = 'folder'")}
      where ${inSpaces(wanted, values)} and w.words like ${values.add(word.inside)} limit ${values.add(most + 1)})`,
  );
  const select = new Statement<unknown[], { at: number; file_id: string }>(parts.join(" union all "));
  const rows = await select.all(db, ...values.list);
  return wanted.words.map((_, at) => rows.filter((row) => row.at === at).map((row) => row.file_id));
}

/** Rows of the tiers 6 and 7 among all that lies below `folders`; `read` is more than `most` where that is too much to look at. */
export function gatherBelow(
  db: Queryable,
  wanted: Wanted,
  folders: readonly string[],
  required: readonly Word[],
  options: Gathering,
): Promise<Found> {
  const values = new Values();
  const { most, after, limit } = options;
  const enough = values.add(most + 1);
  const found = `with recursive below as (
      select unnest(${values.add(folders)}::uuid[]) as id
      union
      select f.id from below b join holdfast.files f on f.parent_id = b.id
      where f.kind = 'folder' and f.trashed_at is null and f.purged_at is null
    ), within as materialized (
      select f.id from (select id from below limit ${enough}) b join lateral (
        select f.id from holdfast.files f where f.parent_id = b.id and f.trashed_at is null and f.purged_at is null limit ${enough}
      ) f on true limit ${enough}
    )
    select w.words, w.file_id, (${someInName(wanted, values, required)} ${ofKind(wanted, values)}) as hit, true as every,
      case when ${beginsWithOne(wanted, values)} then 6 else 7 end as tier
    from within i, lateral (select * from holdfast.file_words x where x.file_id = i.id offset 0) w where ${inSpaces(wanted, values)}`;
  return page(db, wanted, values, { found, after, limit, above: true });
}
