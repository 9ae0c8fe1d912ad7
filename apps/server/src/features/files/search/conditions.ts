import type { Tier, Wanted } from "./wanted.ts";
import type { Word } from "./words.ts";

/** Parts of the statements of a search, each about a row `w` of `holdfast.file_words`. Their values are those of `Typed`. */
export const order = "collate holdfast.natural";

export interface Typed {
  /** A pattern for each word: in the name, where a word of it begins, where the name begins. */
  inside: string[];
  starts: string[];
  begins: string[];
  /** The pattern of names that begin with all that was typed, and the last word of that. */
  prefix: string;
  last: string | undefined;
  kind: string | null;
  /** The patterns of words that are in no folder's name. */
  required: string[];
}

export function typedOf({ words, prefix, kind }: Wanted, required: readonly Word[] = []): Typed {
  return {
    inside: words.map((word) => word.inside),
    starts: words.map((word) => word.atStart),
    begins: words.map((word) => word.atStart.slice(1)),
    prefix: `${prefix}%`,
    last: prefix.trim().split(" ").at(-1),
    kind,
    required: required.map((word) => word.inside),
  };
}

export const inName = "w.words like all(:inside::text[])";
const starting = "w.words like all(:starts::text[])";
const beginning = "w.words like :prefix::text";
const beginsWithOne = "w.words like any(:begins::text[])";
export const ending = "holdfast.last_word(w.words) = :last::text";
export const ofKind = "(:kind::text is null or w.sort = :kind::text)";

/** Rows with some of the words in their name, and not all. */
export const someInName = `(w.words like all(:required::text[]) and w.words like any(:inside::text[]) and not (${inName}))`;

/** The tier of a row that has every word in its name. */
export const tierInName = `case when ${beginning} then 1 when ${starting} and ${beginsWithOne} then 2
    when ${starting} and ${ending} then 3 when ${starting} then 4 else 5 end`;

/** The tier of a row of `someInName`. */
export const tierAbove = `case when ${beginsWithOne} then 6 else 7 end`;

export function ofTier(tier: Tier): string {
  if (tier === 1) return beginning;
  if (tier < 6) return `(${inName} and (${tierInName}) = ${tier})`;
  return `(${someInName} and ${tier === 7 ? "not" : ""} ${beginsWithOne})`;
}

/**
 * Rows that the index finds by pieces of words, of which none else is read: the index is asked with the pieces of one space at a time.
 * @param pieces what names them, for a space `s` @param only a condition more, on `x`
 */
export function byPieces(pieces: string, only = ""): string {
  return `(select x.* from unnest(:spaces::uuid[]) s (space_id)
      cross join lateral (select array_agg(holdfast.search_key(s.space_id, p.piece)) as keys from ${pieces}) k
      cross join lateral (select x.* from holdfast.file_words x where holdfast.search_keys(x.space_id, x.words) @> k.keys ${only} offset 0) x
      where x.space_id = s.space_id) w`;
}
