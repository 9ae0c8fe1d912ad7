import type { ObjectStore } from "@holdfast/storage";
import type { Queryable } from "../../../platform/database/database.ts";
import { segmentKey } from "../segment.ts";
import { findConcernedFiles, findReferenced, type SegmentOfTable } from "./reconcile.queries.ts";

export interface ConcernedFile {
  fileId: string;
  path: string;
  owner: string;
}

/** A segment that a file needs and that the store does not have as it should. */
export interface Problem {
  sha256: string;
  kind: "missing" | "wrong-size";
  /** Bytes. */
  expected: number;
  found: number | null;
  /** The first of the files, versions and trash included, that consist of it. */
  files: ConcernedFile[];
}

const NAMED_FILES = 5;
const HEADS_AT_ONCE = 16;

/**
 * Which of these segments really are a problem: something refers to them, and the store, asked for each by itself, has no such object or one
 * of another size. References first: what is referred to was durable before.
 */
export async function confirmProblems(
  { db, store }: { db: Queryable; store: ObjectStore },
  segments: readonly SegmentOfTable[],
): Promise<Omit<Problem, "files">[]> {
  const rows = await findReferenced.all(
    db,
    segments.map(({ sha256 }) => sha256),
  );
  const problems: Omit<Problem, "files">[] = [];
  for (let at = 0; at < rows.length; at += HEADS_AT_ONCE) {
    const group = rows.slice(at, at + HEADS_AT_ONCE);
    const found = await Promise.all(group.map(({ sha256 }) => store.head(segmentKey(sha256))));
    for (const [i, { sha256, size }] of group.entries()) {
      const object = found[i] ?? null;
      if (object?.size === size) continue;
      const kind = object === null ? "missing" : "wrong-size";
      problems.push({ sha256: sha256.toString("hex"), kind, expected: size, found: object?.size ?? null });
    }
  }
  return problems;
}

/** The files that consist of a segment, with the paths that their owners see. */
export function concernedFiles(db: Queryable, sha256: string): Promise<ConcernedFile[]> {
  return findConcernedFiles.all(db, Buffer.from(sha256, "hex"), NAMED_FILES);
}
