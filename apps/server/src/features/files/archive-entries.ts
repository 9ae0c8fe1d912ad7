import { createHash } from "node:crypto";
import { FairShare } from "../../platform/http/clients/fair-share.ts";
import { notFound, ProblemError } from "../../platform/http/problem.ts";
import { ZipTable } from "../../platform/zip/zip-table.ts";
import { type Archive, hashContent } from "../content/index.ts";
import {
  type ArchiveTotals,
  findCrc32,
  listTree,
  maxArchiveEntries,
  type Tops,
  type TreeRow,
} from "./archive.queries.ts";
import type { FilesDeps } from "./files.deps.ts";
import { numberedName } from "./names.ts";

/** What archives share among clients: the work of the database, and the memory of their lists. */
export interface ArchiveShares {
  readonly questions: FairShare;
  readonly entries: FairShare;
}

export function createArchiveShares(questions: FairShare): ArchiveShares {
  return {
    questions,
    // An entry takes some 80 bytes.
    entries: new FairShare({ total: 5 * maxArchiveEntries, each: 1.25 * maxArchiveEntries, what: "archives" }),
  };
}

/** Listed where a part is asked for, which is in most archives all there is. A smaller archive takes as much of the share. */
const firstEntries = 1_000;
/** The format has 16 bits for a length. */
const longestPath = 65_535;
const patienceMs = 20_000;

type ArchiveDeps = Pick<FilesDeps, "db" | "segments" | "archives">;

/** Files and folders to be sent as one archive, by their ids and names. */
export interface ArchiveRequest {
  principalId: string;
  tops: readonly { id: string; name: string }[];
  /** Whose share it takes. */
  client: string;
  /** Whether a part of it is asked for: then its entries are listed as far as they are needed. */
  inPart: boolean;
}

/** The first entries of an archive, or all of them, and what all of them come to. */
interface Listed {
  table: ZipTable;
  totals: ArchiveTotals;
}

/**
 * Everything live that a person may see below the given files and folders, those themselves included, as an archive. The caller has made
 * sure that the person may see the given ones. `send` gets it; nothing of it is kept after that.
 * @throws not_found, too_large, rate_limited, server_busy
 */
export async function withArchive(
  deps: ArchiveDeps,
  request: ArchiveRequest,
  send: (archive: Archive) => Promise<void>,
): Promise<void> {
  const tops = distinctNames(request.tops);
  const ask = async (atMost: number): Promise<Listed> => {
    const release = await deps.archives.questions.wait(request.client, 1, patienceMs);
    return list(deps, [tops.ids, tops.names, request.principalId], atMost).finally(release);
  };
  let listed = await ask(request.inPart ? firstEntries : maxArchiveEntries + 1);
  const { totals } = listed;
  checkSize(totals);
  const release = deps.archives.entries.take(request.client, Math.max(firstEntries, totals.entries));
  try {
    await send({
      ...{ entries: totals.entries, bytes: totals.bytes, pathBytes: totals.path_bytes, lastModified: totals.newest },
      etag: `"${createHash("sha256").update(totals.digest).digest("base64url").slice(0, 32)}"`,
      async list(needed) {
        if (listed.table.length >= Math.min(needed, totals.entries)) return listed.table;
        listed = await ask(totals.entries);
        if (listed.totals.digest === totals.digest) return listed.table;
        throw new ProblemError("conflict", "What is in the archive has changed just now. Download it again.");
      },
      crc32: (contentId) => checksum(deps, contentId),
    });
  } finally {
    release();
  }
}

function checkSize({ entries, longest_path }: ArchiveTotals): void {
  if (entries <= maxArchiveEntries && longest_path <= longestPath) return;
  const sentence =
    entries > maxArchiveEntries
      ? `An archive holds at most ${maxArchiveEntries} files and folders. Download it in parts.`
      : "Folders lie so deep that an archive has no room for their paths. Download it in parts.";
  throw new ProblemError("too_large", sentence);
}

async function list({ db }: ArchiveDeps, tops: Tops, atMost: number): Promise<Listed> {
  const table = new ZipTable();
  const folders = new Map<string, number>();
  let totals: ArchiveTotals | null = null;
  const add = (row: TreeRow): void => {
    totals ??= row;
    const { name, kind, size, crc32, last_modified: modified, content_id: contentId } = row;
    const parent = row.parent_id === null ? -1 : (folders.get(`${row.top} ${row.parent_id}`) as number);
    const folder = kind === "folder";
    const i = table.add({ name, parent, folder, size, modified, contentId, crc32: folder ? 0 : crc32 });
    if (folder) folders.set(`${row.top} ${row.id}`, i);
  };
  await db.transaction((tx) => listTree.each(tx, add, ...tops, atMost));
  // They were there a moment ago.
  if (totals === null) throw notFound();
  return { table, totals };
}

/** The job that computes it may not have come to this content yet. */
async function checksum(deps: Pick<FilesDeps, "db" | "segments">, contentId: string): Promise<number> {
  await hashContent(deps, contentId, AbortSignal.timeout(3_600_000));
  const row = await findCrc32.first(deps.db, contentId);
  return row?.crc32 ?? 0;
}

/** A selection may hold two things of one name from two folders. */
function distinctNames(tops: ArchiveRequest["tops"]): { ids: string[]; names: string[] } {
  const sorted = [...tops].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.id < b.id ? -1 : 1));
  const taken = new Set<string>();
  const names = sorted.map(({ name: given }) => {
    const first = safeName(given);
    let name = first;
    for (let n = 2; taken.has(name); n++) name = numberedName(first, n);
    taken.add(name);
    return name;
  });
  return { ids: sorted.map(({ id }) => id), names };
}

/** As the statements have it. */
function safeName(name: string): string {
  return name.replace(/[\\\p{Cc}]/gu, "_");
}
