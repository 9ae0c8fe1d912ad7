import type pg from "pg";
import { inGroups } from "./in-groups.ts";
import { insertNewFiles } from "./uploads.queries.ts";

/** A new file, its content of at most one segment, and the entry of the audit log: one column of `insertNewFiles` each. */
export interface FileToInsert {
  parentId: string;
  userId: string;
  contentId: string;
  size: number;
  sha256: Buffer;
  crc32: number | null;
  entryId: string;
  actorId: string | null;
  fileId: string;
  ip: string | null;
  requestId: string | null;
  name: string;
  fileType: string;
  versionId: string;
  lastModified: Date;
}

/**
 * Stores a new file, whose segment's row is there and whose bytes are durable once `stored` is fulfilled. Returns when it was uploaded, or
 * null where this way does not take it (see `insertNewFiles`); throws what PostgreSQL does, a taken name among it, and what `stored` does.
 */
export type InsertFile = (file: FileToInsert, stored: Promise<void>) => Promise<Date | null>;

type Outcome = { uploadedAt: Date | null } | { error: unknown };

/** As many at a time have a transaction of their own. It costs two more round trips, which pays only while the processors have little to do. */
const maxAhead = 2;

/**
 * Few files: the statement runs while the bytes become durable, and only its commit waits for them. Many: what becomes durable while a
 * statement is under way goes with the next one, so that they share its flush.
 */
export function createInsertFile(pool: pg.Pool): InsertFile {
  const insertInGroup = inGroups<FileToInsert, Outcome>((files) => insertGroup(pool, files));
  let underWay = 0;
  return async (file, stored) => {
    stored.catch(() => {});
    underWay++;
    try {
      if (underWay <= maxAhead) return await insertAhead(pool, file, stored);
      await stored;
      const outcome = await insertInGroup(file);
      if ("error" in outcome) throw outcome.error;
      return outcome.uploadedAt;
    } finally {
      underWay--;
    }
  };
}

async function insertAhead(pool: pg.Pool, file: FileToInsert, stored: Promise<void>): Promise<Date | null> {
  const client = await pool.connect();
  try {
    const begun = client.query("begin");
    const inserted = insert(client, [file]);
    const settled = await Promise.allSettled([begun, inserted, stored]);
    const failed = settled.find((result) => result.status === "rejected");
    const uploadedAt = failed ? null : ((await inserted)[0] ?? null);
    await client.query(uploadedAt ? "commit" : "rollback");
    if (failed) throw failed.reason;
    return uploadedAt;
  } finally {
    // The pool keeps no connection that broke.
    client.release();
  }
}

/** One refused file refuses them all: then each goes by itself. */
async function insertGroup(pool: pg.Pool, files: FileToInsert[]): Promise<Outcome[]> {
  try {
    return (await insert(pool, files)).map((uploadedAt) => ({ uploadedAt }));
  } catch (error) {
    if (files.length === 1) return [{ error }];
    const outcomes: Outcome[] = [];
    for (const file of files) outcomes.push(...(await insertGroup(pool, [file])));
    return outcomes;
  }
}

/** When each was uploaded; null for those that this way does not take. */
async function insert(db: pg.Pool | pg.PoolClient, files: FileToInsert[]): Promise<(Date | null)[]> {
  const { rows } = await db.query<{ id: string; uploaded_at: Date }>({
    name: "insert-new-files",
    text: insertNewFiles,
    values: [
      files.map((file) => file.parentId),
      files.map((file) => file.userId),
      files.map((file) => file.contentId),
      files.map((file) => file.size),
      files.map((file) => file.sha256),
      files.map((file) => file.crc32),
      files.map((file) => file.entryId),
      files.map((file) => file.actorId),
      files.map((file) => file.fileId),
      files.map((file) => file.ip),
      files.map((file) => file.requestId),
      files.map((file) => file.name),
      files.map((file) => file.fileType),
      files.map((file) => file.versionId),
      files.map((file) => file.lastModified),
    ],
  });
  return files.map((file) => rows.find((row) => row.id === file.fileId)?.uploaded_at ?? null);
}
