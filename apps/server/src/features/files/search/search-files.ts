import { createHash } from "node:crypto";
import type { File, SearchKind } from "@holdfast/contract";
import { decodeCursor, encodeCursor, invalidCursor } from "../../../platform/listing/cursor.ts";
import { toFile } from "../file-view.ts";
import type { FilesDeps } from "../files.deps.ts";
import type { Page } from "../list-files.ts";
import {
  type FoundRow,
  foldersOf,
  gather,
  gatherBelow,
  type Position,
  readWords,
  scan,
  type Tier,
} from "./search.queries.ts";

/** Names that are read in order before an index is asked, and after it had too many hits. */
const fewNames = 1500;
const manyNames = 10_000;
/** Hits that are sorted at once. */
const sortable = 5000;
/** Where so large a part of the names read matches, an index would find too much. */
const common = 0.02;
/** Folders per word below which everything is looked at. */
const fewFolders = 200;

export interface SearchQuery {
  q: string;
  kind?: SearchKind | undefined;
  limit: number;
  cursor?: string | undefined;
}

/**
 * Files and folders, best first: by tier, then natural order of names. Whatever the plan, the order is the same, so that a cursor is a place
 * in it. The work of a request is bounded: where hits are rare in a tier that many names could be in, the page ends early, with a cursor.
 */
export async function searchFiles(
  deps: Pick<FilesDeps, "db">,
  userId: string,
  query: SearchQuery,
): Promise<Page<File & { filePath: string }>> {
  const mark = createHash("sha256")
    .update(`${query.kind ?? ""} ${query.q}`)
    .digest("base64url")
    .slice(0, 8);
  const after = positionOf(query.cursor, mark);
  const read = await readWords(deps.db, query.q);
  if (!read) return { items: [], nextCursor: null };
  const wanted = { ...read, userId, kind: query.kind ?? null };
  const { rows, next } = await collect(deps, wanted, after, query.limit);
  return {
    items: rows.map((row) => ({ ...toFile(row), filePath: row.file_path })),
    nextCursor: next ? encodeCursor([mark, next.tier, next.words, next.id]) : null,
  };
}

function positionOf(cursor: string | undefined, mark: string): Position | null {
  const keys = decodeCursor(cursor, ["string", "number", "string", "id"]);
  if (!keys) return null;
  const [of, tier, words, id] = keys;
  if (of !== mark || ![1, 2, 3, 4].includes(tier)) throw invalidCursor();
  return { tier: tier as Tier, words, id };
}

type Wanted = Parameters<typeof scan>[1];

async function collect(deps: Pick<FilesDeps, "db">, wanted: Wanted, begin: Position | null, limit: number) {
  const rows: FoundRow[] = [];
  const room = (): number => limit + 1 - rows.length;
  const full = () => {
    const page = rows.slice(0, limit);
    const last = page.at(-1) as FoundRow;
    return { rows: page, next: { tier: last.tier, words: last.words, id: last.id } };
  };
  let after = begin;
  let gathered: boolean | null = null;
  const onlyAtStart = wanted.words.every((word) => word.inside === word.atStart);
  for (let tier: Tier = begin?.tier ?? 1; tier < 4 && !gathered; tier++) {
    if (tier === 3 && onlyAtStart) continue;
    const options = { tier: tier as Tier, limit: room(), required: [] };
    const first = await scan(deps.db, wanted, { ...options, after, budget: fewNames });
    if (first.rows.length === options.limit) {
      rows.push(...first.rows);
      return full();
    }
    if (first.last === null) {
      rows.push(...first.rows);
      after = null;
      continue;
    }
    const isCommon = first.matching > first.read * common;
    if (gathered === null && !isCommon) {
      const whole = await gather(deps.db, wanted, { ...options, tier: null, after: after ?? at(tier), most: sortable });
      gathered = whole.read <= sortable;
      if (gathered) rows.push(...whole.rows);
      if (room() <= 0) return full();
      if (gathered) break;
    }
    const some = tier < 3 ? await gather(deps.db, wanted, { ...options, after, most: sortable }) : null;
    if (some && some.read <= sortable) {
      rows.push(...some.rows);
      if (room() <= 0) return full();
      after = null;
      continue;
    }
    rows.push(...first.rows);
    const rest = await scan(deps.db, wanted, {
      ...{ ...options, limit: room(), budget: manyNames },
      after: { tier, ...first.last },
    });
    rows.push(...rest.rows);
    if (room() <= 0) return full();
    if (rest.last) return { rows, next: { tier: tier as Tier, ...rest.last } };
    after = null;
  }
  const above = await fromAbove(deps, wanted, begin?.tier === 4 ? begin : null, room());
  rows.push(...above.rows);
  return room() <= 0 ? full() : { rows, next: above.next };
}

/** Before all rows of a tier: what was met before belongs to better ones. */
function at(tier: Tier): Position {
  return { tier, words: "", id: "00000000-0000-0000-0000-000000000000" };
}

/** Tier 4: a word that is not in the name is in a folder's name above, so one of the folders with that word is above. */
async function fromAbove(
  { db }: Pick<FilesDeps, "db">,
  wanted: Wanted,
  after: Position | null,
  limit: number,
): Promise<{ rows: FoundRow[]; next: Position | null }> {
  if (wanted.words.length < 2) return { rows: [], next: null };
  const folders = await foldersOf(db, wanted, fewFolders);
  const found = folders.filter((ids) => ids.length > 0);
  if (found.length === 0) return { rows: [], next: null };
  const required = wanted.words.filter((_, i) => folders[i]?.length === 0);
  if (found.every((ids) => ids.length <= fewFolders)) {
    const below = await gatherBelow(db, wanted, [...new Set(found.flat())], { after, limit, most: sortable, required });
    if (below.read <= sortable) return { rows: below.rows, next: null };
  }
  if (required.length > 0) {
    const named = await gather(db, wanted, { tier: 4, after, limit, most: sortable, required });
    if (named.read <= sortable) return { rows: named.rows, next: null };
  }
  const some = await scan(db, wanted, { tier: 4, after, limit, budget: fewNames, required });
  return { rows: some.rows, next: some.last && some.rows.length < limit ? { tier: 4, ...some.last } : null };
}
