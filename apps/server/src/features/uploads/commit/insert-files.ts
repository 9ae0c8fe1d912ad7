import type { Logger } from "pino";
import { type Database, type Queryable, transactionOn } from "../../../platform/database/database.ts";
import { inGroups } from "../../../platform/in-groups.ts";
import { entriesAddedFreely, foldUsage } from "../../files/index.ts";
import { insertNewFiles } from "./insert-files.queries.ts";

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
  via: string;
  noise: boolean | null;
}

/**
 * Stores a new file, whose segment's row is there and whose bytes are durable once `stored` is fulfilled. Throws what PostgreSQL does, and what
 * `stored` does.
 */
export type InsertFile = (file: FileToInsert, stored: Promise<void>) => Promise<Inserted>;

/** Stored; or nothing of it, because the name is taken or because this way does not take it (see `insertNewFiles`). */
export type Inserted = { uploadedAt: Date; spaceId: string } | "name taken" | "not this way";

type Outcome = { inserted: Inserted } | { error: unknown };

/** As many at a time have a transaction of their own. It costs two more round trips, which pays only while the processors have little to do. */
const maxAhead = 2;
/** Files after which a process folds usage by itself. */
const foldedEvery = 10_000;

interface InsertDeps {
  /** Of one space. */
  maxEntries: number;
  log: Logger;
}

/**
 * Few files: the statement runs while the bytes become durable, and only its commit waits for them. Many: what becomes durable while a
 * statement is under way goes with the next one, so that they share its flush.
 */
export function createInsertFile(db: Database, { maxEntries, log }: InsertDeps): InsertFile {
  const free = entriesAddedFreely(maxEntries);
  const insertInGroup = inGroups<FileToInsert, Outcome>((files) => insertGroup(db, files, free));
  let underWay = 0;
  let notFolded = 0;
  /** The statement reads what has been folded: that must not be far behind, also where no worker is there to do it. */
  const count = (): void => {
    if (++notFolded < foldedEvery) return;
    notFolded = 0;
    foldUsage(db).catch((error: unknown) => log.warn({ err: error }, "usage could not be folded"));
  };
  return async (file, stored) => {
    stored.catch(() => {});
    underWay++;
    count();
    try {
      if (underWay <= maxAhead) return await insertAhead(db, file, free, stored);
      await stored;
      const outcome = await insertInGroup(file);
      if ("error" in outcome) throw outcome.error;
      return outcome.inserted;
    } finally {
      underWay--;
    }
  };
}

async function insertAhead(db: Database, file: FileToInsert, free: number, stored: Promise<void>): Promise<Inserted> {
  const client = await db.connect();
  try {
    const begun = client.query("begin");
    const inserting = insert(transactionOn(client), [file], free);
    const settled = await Promise.allSettled([begun, inserting, stored]);
    const failed = settled.find((result) => result.status === "rejected");
    const [inserted = "not this way"] = failed ? [] : await inserting;
    await client.query(typeof inserted === "object" ? "commit" : "rollback");
    if (failed) throw failed.reason;
    return inserted;
  } finally {
    // The pool keeps no connection that broke.
    client.release();
  }
}

/** What no row is to blame for (a folder that is deleted at this moment, a broken connection) fails them all: then each goes by itself. */
async function insertGroup(db: Database, files: FileToInsert[], free: number): Promise<Outcome[]> {
  try {
    return (await insert(db, files, free)).map((inserted) => ({ inserted }));
  } catch (error) {
    if (files.length === 1) return [{ error }];
    const outcomes: Outcome[] = [];
    for (const file of files) outcomes.push(...(await insertGroup(db, [file], free)));
    return outcomes;
  }
}

async function insert(db: Queryable, files: FileToInsert[], free: number): Promise<Inserted[]> {
  const rows = await insertNewFiles.all(
    db,
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
    files.map((file) => file.via),
    files.map((file) => file.noise),
    free,
  );
  const found = new Map(rows.map((row) => [row.id, row]));
  return files.map((file) => {
    const row = found.get(file.fileId);
    if (!row) return "not this way";
    return row.uploaded_at === null ? "name taken" : { uploadedAt: row.uploaded_at, spaceId: row.space_id };
  });
}
