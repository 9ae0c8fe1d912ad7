import type { PartCache } from "@holdfast/repository";
import type { Database } from "../../../platform/database/database.ts";
import { saveChunks } from "./chunk-cache.queries.ts";

const ID_BYTES = 32;
const FLUSH_AT = 1000;
const RECENT = 20_000;

export interface ChunkCache extends PartCache {
  /** What the catalogue's query has found, for a part that is going to be added. */
  expect(key: string, chunks: Buffer): void;
  /** When it has been added. Others may still expect the same one: versions of a file have most of their segments in common. */
  forget(key: string): void;
  /** Writes down what was learned. */
  flush(): Promise<void>;
}

/**
 * Which chunks a segment has in a target's repository, remembered over all backups in `segment_chunks`. Written while the backup runs,
 * so that one that is cut short need not read the same segments again.
 */
export function createChunkCache(db: Database, targetId: string): ChunkCache {
  const expected = new Map<string, { chunks: Buffer; times: number }>();
  /** Of this run: the same segment may be in many files. Map keeps the order of insertion, so the oldest goes first. */
  const recent = new Map<string, Buffer>();
  let learned: [key: Buffer, chunks: Buffer][] = [];
  let writing: Promise<unknown> = Promise.resolve();

  function write(): Promise<unknown> {
    // In one order for all, so that two backups never wait for each other.
    const batch = learned.sort(([a], [b]) => Buffer.compare(a, b));
    learned = [];
    if (batch.length === 0) return Promise.resolve();
    return saveChunks.count(
      db,
      targetId,
      batch.map(([key]) => key),
      batch.map(([, chunks]) => chunks),
    );
  }

  return {
    expect(key, chunks) {
      expected.set(key, { chunks, times: (expected.get(key)?.times ?? 0) + 1 });
    },
    forget(key) {
      const found = expected.get(key);
      if (found && --found.times === 0) expected.delete(key);
    },
    get(key) {
      const known = expected.get(key)?.chunks ?? recent.get(key);
      return known === undefined ? undefined : idsOf(known);
    },
    async set(key, chunks) {
      const bytes = Buffer.from(chunks.join(""), "hex");
      recent.set(key, bytes);
      if (recent.size > RECENT) recent.delete(recent.keys().next().value as string);
      learned.push([Buffer.from(key, "hex"), bytes]);
      if (learned.length < FLUSH_AT) return;
      const turn = writing.then(write);
      writing = turn;
      // Awaited by whoever filled the batch: a database that is slow slows the backup instead of filling the memory.
      await turn;
    },
    async flush() {
      await writing;
      await write();
    },
  };
}

export function idsOf(chunks: Buffer): string[] {
  const ids: string[] = [];
  for (let at = 0; at < chunks.length; at += ID_BYTES) ids.push(chunks.toString("hex", at, at + ID_BYTES));
  return ids;
}
