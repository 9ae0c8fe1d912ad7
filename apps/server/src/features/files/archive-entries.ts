import { ProblemError } from "../../platform/http/problem.ts";
import { type ArchiveEntry, hashContent } from "../content/index.ts";
import { findCrc32, listTree, type TreeRow } from "./archive.queries.ts";
import type { FilesDeps } from "./files.deps.ts";
import { numberedName } from "./names.ts";

/** More than this is asked for in parts: the list of an archive is held in memory while it is sent. */
export const maxArchiveEntries = 200_000;

/**
 * Everything live that a person may see below the given files and folders, those themselves included, as entries of an archive in a fixed
 * order. The caller has made sure that the person may see the given ones. Throws too_large.
 */
export async function archiveEntries(
  deps: Pick<FilesDeps, "db" | "segments">,
  principalId: string,
  ids: readonly string[],
): Promise<ArchiveEntry[]> {
  const rows = await listTree.all(deps.db, ids, maxArchiveEntries + 1, principalId);
  if (rows.length > maxArchiveEntries) {
    throw new ProblemError(
      "too_large",
      `An archive holds at most ${maxArchiveEntries} files and folders. Download it in parts.`,
    );
  }
  const rename = distinctTops();
  const entries: ArchiveEntry[] = [];
  for (const row of rows) {
    entries.push({
      path: Buffer.from(safePath(rename(row)) + (row.kind === "folder" ? "/" : "")),
      size: row.kind === "folder" ? 0 : row.size,
      crc32: row.content_id === null ? 0 : (row.crc32 ?? (await checksum(deps, row.content_id))),
      modified: row.last_modified,
      folder: row.kind === "folder",
      contentId: row.content_id,
    });
  }
  return entries;
}

/** The job that computes it may not have come to this content yet. */
async function checksum(deps: Pick<FilesDeps, "db" | "segments">, contentId: string): Promise<number> {
  await hashContent(deps, contentId, AbortSignal.timeout(3_600_000));
  const row = await findCrc32.first(deps.db, contentId);
  return row?.crc32 ?? 0;
}

/** A selection may hold two things of one name from two folders. */
function distinctTops(): (row: TreeRow) => string {
  const names = new Map<string, string>();
  const taken = new Set<string>();
  return (row) => {
    const [first = "", ...rest] = row.path.split("/");
    let name = names.get(row.top);
    if (name === undefined) {
      name = first;
      for (let n = 2; taken.has(name); n++) name = numberedName(first, n);
      taken.add(name);
      names.set(row.top, name);
    }
    return [name, ...rest].join("/");
  };
}

/** Some programs take a backslash for a slash, and would write outside the folder that a person chose. */
function safePath(path: string): string {
  return path.replace(/[\\\p{Cc}]/gu, "_");
}
