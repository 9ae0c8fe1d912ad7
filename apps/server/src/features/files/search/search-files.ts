import { createHash } from "node:crypto";
import type { File, SearchKind } from "@holdfast/contract";
import { decodeCursor, encodeCursor, invalidCursor } from "../../../platform/listing/cursor.ts";
import type { Page } from "../../../platform/listing/page.ts";
import { toFile } from "../file-view.ts";
import type { FilesDeps } from "../files.deps.ts";
import { foldersOf } from "./folders.queries.ts";
import { gather, gatherBelow, gatherSome } from "./gather.queries.ts";
import { scan } from "./scan.queries.ts";
import { readWords } from "./typed.queries.ts";
import type { Found, FoundRow, Position, Tier, Wanted } from "./wanted.ts";

/** Names that are read in order before an index is asked, and after it had too many hits. */
const fewNames = 1500;
const manyNames = 10_000;
/** Hits that are sorted at once. */
const sortable = 5000;
/** Where so large a part of the names read matches, an index would find too much. */
const common = 0.02;
/** After so long a request reads no further: the page ends early. */
const enoughMilliseconds = 150;
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
  const read = await readWords(deps.db, userId, query.q);
  if (!read) return { items: [], nextCursor: null };
  const wanted = { ...read, principalId: userId, kind: query.kind ?? null };
  const { rows, next } = await collect(deps, wanted, after, query.limit);
  return {
    items: rows.map((row) => ({ ...toFile(row), filePath: row.file_path })),
    nextCursor: next ? encodeCursor([mark, next.tier, next.words, next.id, next.tooMany ? 1 : 0]) : null,
  };
}

function positionOf(cursor: string | undefined, mark: string): Position | null {
  const keys = decodeCursor(cursor, ["string", "number", "string", "id", "number"]);
  if (!keys) return null;
  const [of, tier, words, id, tooMany] = keys;
  if (of !== mark || ![1, 2, 3, 4, 5, 6, 7].includes(tier)) throw invalidCursor();
  return { tier: tier as Tier, words, id, tooMany: tooMany === 1 };
}

/** The page as it grows: rows in order, and where to go on where it ends early. */
interface Growing {
  rows: FoundRow[];
  /** How many more are wanted: one more than the page has, to know whether it is the last. */
  room: () => number;
  /** Where reading stopped for the time that it took. */
  stopped: Position | null;
  until: number;
}

async function collect({ db }: Pick<FilesDeps, "db">, wanted: Wanted, begin: Position | null, limit: number) {
  const rows: FoundRow[] = [];
  const room = () => limit + 1 - rows.length;
  const page: Growing = { rows, room, stopped: null, until: performance.now() + enoughMilliseconds };
  if ((begin?.tier ?? 1) < 6) await byName(db, wanted, begin, page);
  if (room() > 0 && !page.stopped && wanted.words.length > 1) await byFolder(db, wanted, begin, page);
  if (room() > 0) return { rows, next: page.stopped };
  const shown = rows.slice(0, limit);
  const last = shown.at(-1) as FoundRow;
  return { rows: shown, next: { tier: last.tier, words: last.words, id: last.id } };
}

/** The tiers 1 to 5, each first by a short scan, then by the index, then by long scans, until the page is full. */
async function byName(db: FilesDeps["db"], wanted: Wanted, begin: Position | null, page: Growing): Promise<void> {
  const onlyAtStart = wanted.words.every((word) => word.inside === word.atStart);
  let tooMany = begin?.tooMany ?? false;
  let startingToo = tooMany;
  for (const tier of [1, 2, 3, 4, 5] as const) {
    if (tier < (begin?.tier ?? 1) || (tier === 5 && onlyAtStart)) continue;
    // What begins with the only word begins with all that was typed.
    if (tier === 2 && wanted.words.length === 1) continue;
    const after = begin?.tier === tier ? begin : null;
    const first = await scan(db, wanted, { tier, after, limit: page.room(), budget: fewNames, required: [] });
    if (first.rows.length >= page.room() || first.last === null) {
      page.rows.push(...first.rows);
      if (page.room() <= 0) return;
      continue;
    }
    const gathering = { limit: page.room(), most: sortable };
    if (!tooMany && first.matching <= first.read * common) {
      // What was met before is of a better tier.
      const whole = await gather(db, wanted, null, { ...gathering, after: after ?? beginOf(tier) });
      if (whole.read <= sortable) {
        page.rows.push(...whole.rows);
        return;
      }
      // Of some thousand hits so many begin a word that the index would find too many of these as well.
      startingToo = whole.starting > whole.read * common;
    }
    tooMany = true;
    const some =
      tier === 1 || (tier < 5 && !startingToo)
        ? await gather(db, wanted, tier as 1 | 2 | 3 | 4, { ...gathering, after })
        : null;
    if (some && some.read <= sortable) page.rows.push(...some.rows);
    else await readOn(db, wanted, tier, first, [], page);
    if (page.room() <= 0 || page.stopped) return;
  }
}

/** Goes on from a scan that did not fill the page, as long as there is time. */
async function readOn(
  db: FilesDeps["db"],
  wanted: Wanted,
  tier: Tier,
  begun: Found,
  required: Wanted["words"],
  page: Growing,
): Promise<void> {
  page.rows.push(...begun.rows);
  for (let at = begun.last; at && page.room() > 0; ) {
    if (performance.now() > page.until) {
      page.stopped = { tier, ...at, tooMany: true };
      return;
    }
    const after = { tier, ...at };
    const more = await scan(db, wanted, { tier, after, limit: page.room(), budget: manyNames, required });
    page.rows.push(...more.rows);
    at = more.last;
  }
}

/** Before all rows of a tier. */
function beginOf(tier: Tier): Position {
  return { tier, words: "", id: "00000000-0000-0000-0000-000000000000" };
}

/** The tiers 6 and 7: a word that is not in the name is in a folder's name above, so one of the folders with that word is above. */
async function byFolder(db: FilesDeps["db"], wanted: Wanted, begin: Position | null, page: Growing): Promise<void> {
  const after = (begin?.tier ?? 0) > 5 ? begin : null;
  const folders = await foldersOf(db, wanted, fewFolders);
  const found = folders.filter((ids) => ids.length > 0);
  if (found.length === 0) return;
  const required = wanted.words.filter((_, i) => folders[i]?.length === 0);
  const gathering = { after, limit: page.room(), most: sortable };
  if (found.every((ids) => ids.length <= fewFolders)) {
    const below = await gatherBelow(db, wanted, [...new Set(found.flat())], required, gathering);
    if (below.read <= sortable) {
      page.rows.push(...below.rows);
      return;
    }
  }
  for (const tier of [6, 7] as const) {
    if (tier < (after?.tier ?? 6)) continue;
    const options = { tier, after, limit: page.room(), budget: fewNames, required };
    const first = await scan(db, wanted, options);
    if (tier === 7 && first.rows.length < page.room() && first.last && required.length > 0) {
      const named = await gatherSome(db, wanted, required, {
        ...gathering,
        after: after ?? beginOf(7),
        limit: page.room(),
      });
      if (named.read <= sortable) {
        page.rows.push(...named.rows);
        return;
      }
    }
    await readOn(db, wanted, tier, first, required, page);
    if (page.room() <= 0 || page.stopped) return;
  }
}
