import type { FileViewRow } from "../file-view.ts";
import type { Word } from "./words.ts";

/**
 * How good a hit is: 1 the name begins with all that was typed, 2 each word begins a word of the name, and one of them the name, 3 each word
 * begins a word of the name, and the last one typed is its last word (such as its ending), 4 each begins a word of the name, 5 each is in the
 * name. Where a word is only in the name of a folder above: 6 the name begins with one of the words, 7 it has one of them elsewhere.
 */
export type Tier = 1 | 2 | 3 | 4 | 5 | 6 | 7;

export interface Wanted {
  principalId: string;
  /** Where is searched: the spaces that the principal sees something of, at least one. What is found there is judged in `page.queries.ts`. */
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
