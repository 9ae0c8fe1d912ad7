import type { ObjectStore } from "@holdfast/storage";
import type { Queryable } from "../../../platform/database/database.ts";
import { listSegmentRows, rowsAtOnce, type SegmentOfTable } from "./reconcile.queries.ts";

export interface FoundObject {
  sha256: Buffer;
  /** Bytes. */
  size: number;
  /** By the store's clock; null where the driver does not know. */
  storedAt: Date | null;
}

/** One place where store and tables differ. */
export type Difference =
  | { kind: "unreferenced"; object: FoundObject }
  | { kind: "missing"; segment: SegmentOfTable }
  | { kind: "wrong-size"; segment: SegmentOfTable };

export interface Counts {
  objects: number;
  bytes: number;
  segments: number;
  /** Objects whose key is no segment's. */
  unknown: number;
}

const NAME = /^segments\/([0-9a-f]{2})\/(\1[0-9a-f]{62})$/;

/**
 * Compares the objects of one of the 256 folders with the rows of the same hashes, both in the order of the hash, and adds to `counts`. A
 * folder's listing is in memory, the rows come a page at a time. The listing comes first: an upload has its row before its object, so an
 * object that was listed and has no row is one that nobody is about to refer to.
 */
export async function* comparePrefix(
  { db, store }: { db: Queryable; store: ObjectStore },
  prefix: number,
  counts: Counts,
): AsyncGenerator<Difference> {
  const objects = await listObjects(store, prefix, counts);
  let at = 0;
  for await (const segment of segmentRows(db, prefix)) {
    counts.segments++;
    let object = objects[at];
    while (object && Buffer.compare(object.sha256, segment.sha256) < 0) {
      yield { kind: "unreferenced", object };
      object = objects[++at];
    }
    if (!object?.sha256.equals(segment.sha256)) yield { kind: "missing", segment };
    else {
      at++;
      if (object.size !== segment.size) yield { kind: "wrong-size", segment };
    }
  }
  for (let object = objects[at]; object; object = objects[++at]) yield { kind: "unreferenced", object };
}

async function listObjects(store: ObjectStore, prefix: number, counts: Counts): Promise<FoundObject[]> {
  const objects: FoundObject[] = [];
  for await (const { key, size, modifiedAt } of store.list(`segments/${hexOf(prefix)}/`)) {
    const hex = NAME.exec(key)?.[2];
    if (hex === undefined) {
      counts.unknown++;
      continue;
    }
    counts.objects++;
    counts.bytes += size;
    objects.push({ sha256: Buffer.from(hex, "hex"), size, storedAt: modifiedAt ?? null });
  }
  return objects.sort((a, b) => Buffer.compare(a.sha256, b.sha256));
}

async function* segmentRows(db: Queryable, prefix: number): AsyncGenerator<SegmentOfTable> {
  const last = Buffer.alloc(32, 0xff);
  last[0] = prefix;
  let after = Buffer.alloc(32);
  after[0] = prefix;
  for (let comparison: ">=" | ">" = ">="; ; comparison = ">") {
    const rows: SegmentOfTable[] = await listSegmentRows.of(comparison).all(db, after, last);
    yield* rows;
    if (rows.length < rowsAtOnce) return;
    after = (rows.at(-1) as SegmentOfTable).sha256 as Buffer<ArrayBuffer>;
  }
}

function hexOf(prefix: number): string {
  return prefix.toString(16).padStart(2, "0");
}
