import type { File } from "@holdfast/contract";
import { sql } from "kysely";
import { audit } from "../../platform/audit/audit.ts";
import { execute, type Tx } from "../../platform/database/database.ts";
import type { Origin } from "../../platform/http/principal.ts";
import { ProblemError } from "../../platform/http/problem.ts";
import { newId } from "../../platform/ids.ts";
import { accessFolder } from "../access/index.ts";
import type { WrittenContent } from "../content/index.ts";
import { hashJob } from "../content/index.ts";
import {
  chargeUsage,
  findView,
  folderChanged,
  isNameTaken,
  nameTaken,
  replaceVersion,
  toFile,
  withFreeName,
} from "../files/index.ts";
import { findSame } from "./same-file.ts";
import type { UploadsDeps } from "./uploads.deps.ts";

export interface NewFile {
  userId: string;
  /** Null: the root. */
  parentId: string | null;
  name: string;
  onConflict: "fail" | "rename" | "replace";
  /** With `replace`, where nothing live has the name: the file in the trash that this becomes the newest version of. */
  trashedId?: string;
  fileType: string;
  lastModified: Date | null;
  content: Pick<WrittenContent, "size" | "sha256" | "crc32" | "segments">;
  /** The tus upload whose segments these are: finished in the same transaction, its reservation given back. */
  uploadId?: string;
}

export interface CommittedFile {
  file: File;
  /** Whether a file was there: it has a new version, or it was this very file, sent again. */
  replaced: boolean;
}

/**
 * Makes stored bytes a file: contents, name, quota, audit entry and jobs in one transaction. Before it nothing is visible, after it
 * nothing is lost.
 * @param stored fulfilled when all bytes are durable; rejected, and nothing is committed
 * @throws not_found, not_a_folder, name_taken, quota_exceeded
 */
export async function commitFile(
  deps: UploadsDeps,
  origin: Origin,
  given: NewFile,
  stored = Promise.resolve(),
): Promise<CommittedFile> {
  const wanted = { ...given, lastModified: withinCalendar(given.lastModified) };
  const committed = await commit(deps, origin, wanted, stored).catch(async (error: unknown) => {
    if (!isClash(error) || wanted.uploadId) throw error;
    await stored;
    const file = await findSame(deps, { ...wanted, parentId: wanted.parentId ?? wanted.userId }, wanted.content);
    if (!file) throw error;
    return { file, replaced: true };
  });
  folderChanged(deps.events, wanted.userId, wanted.parentId);
  return committed;
}

async function commit(
  deps: UploadsDeps,
  origin: Origin,
  wanted: NewFile,
  stored: Promise<void>,
): Promise<CommittedFile> {
  return (await tryFastLane(deps, origin, wanted, stored)) ?? commitCarefully(deps, origin, wanted, stored);
}

function isClash(error: unknown): boolean {
  return error instanceof ProblemError && error.code === "name_taken";
}

/** RFC 3339 has years of four digits, and a time with another cannot be told to anybody: it becomes the nearest that can. */
export function withinCalendar(time: Date | null): Date | null {
  if (time === null || Number.isNaN(time.getTime())) return null;
  return new Date(Math.min(Math.max(time.getTime(), Date.UTC(1000, 0, 1)), Date.UTC(9999, 11, 30)));
}

async function tryFastLane(
  deps: UploadsDeps,
  origin: Origin,
  wanted: NewFile,
  stored: Promise<void>,
): Promise<CommittedFile | null> {
  const { content } = wanted;
  // What needs a job or ends an upload goes the slow way: it happens once per many megabytes.
  if (wanted.uploadId || wanted.trashedId || content.sha256 === null) return null;
  // A replacement is none of the lane's: it would take its place in a statement, and then have its own.
  if (wanted.onConflict === "replace" && (await isThere(deps, wanted))) return null;
  const id = newId();
  const lastModified = wanted.lastModified ?? deps.clock.now();
  const inserted = await deps.insertFile(
    {
      parentId: wanted.parentId ?? wanted.userId,
      userId: wanted.userId,
      contentId: newId(),
      size: content.size,
      sha256: content.sha256,
      crc32: content.crc32,
      entryId: newId(),
      actorId: origin.actorId,
      fileId: id,
      ip: origin.ip,
      requestId: origin.requestId,
      name: wanted.name,
      fileType: wanted.fileType,
      versionId: newId(),
      lastModified,
    },
    stored,
  );
  if (inserted === "not this way") return null;
  if (inserted === "name taken") {
    if (wanted.onConflict !== "fail") return null;
    throw nameTaken(wanted.name);
  }
  const view = {
    id,
    user_id: wanted.userId,
    parent_id: wanted.parentId ?? wanted.userId,
    name: wanted.name,
    kind: "file" as const,
    file_type: wanted.fileType,
    file_size: content.size,
    revision: 1,
    uploaded_at: inserted.uploadedAt,
    last_modified: lastModified,
    trashed_at: null,
    sha256: content.sha256,
    link_count: 0,
  };
  return { file: toFile(view), replaced: false };
}

/** Whether the folder has this name. Asked while the bytes become durable, so it takes no time of its own. */
async function isThere(deps: UploadsDeps, wanted: NewFile): Promise<boolean> {
  const { rowCount } = await deps.pool.query({
    name: "name-is-there",
    text: `select from holdfast.files
      where parent_id = $1 and name collate "C" = $2 and trashed_at is null and purged_at is null`,
    values: [wanted.parentId ?? wanted.userId, wanted.name],
  });
  return rowCount !== 0;
}

async function commitCarefully(
  deps: UploadsDeps,
  origin: Origin,
  wanted: NewFile,
  stored: Promise<void>,
): Promise<CommittedFile> {
  await stored;
  const parentId = await accessFolder(deps.db, wanted.userId, wanted.parentId);
  if (wanted.onConflict === "replace") {
    // Between finding no file to replace and making one, another may appear: then it is there to be replaced.
    for (let tries = 0; tries < 5; tries++) {
      try {
        return await deps.db.transaction(async (tx) => {
          const existing =
            (await lockNamesake(tx, parentId, wanted.name)) ?? (await takeFromTrash(tx, parentId, wanted));
          if (existing?.kind === "folder") throw nameTaken(wanted.name);
          if (!existing) return insertFile(deps, tx, origin, wanted, parentId, wanted.name);
          const contentId = await insertContent(deps, tx, wanted);
          const lastModified = wanted.lastModified ?? deps.clock.now();
          const content = { contentId, size: wanted.content.size, fileType: wanted.fileType, lastModified };
          await replaceVersion(tx, existing, content, origin.actorId);
          await settle(tx, origin, wanted, existing.id, "file.replace");
          return { file: toFile((await findView(tx, existing.id))!), replaced: true };
        });
      } catch (error) {
        if (!isNameTaken(error)) throw error;
      }
    }
    throw new ProblemError("conflict", "This file is being changed by others at the same time. Try again.");
  }
  return withFreeName(deps.db, { parentId, name: wanted.name, onConflict: wanted.onConflict }, (name) =>
    deps.db.transaction((tx) => insertFile(deps, tx, origin, wanted, parentId, name)),
  );
}

function lockNamesake(tx: Tx, parentId: string, name: string) {
  return tx.kysely
    .selectFrom("holdfast.files")
    .selectAll()
    .where("parent_id", "=", parentId)
    .where(sql<boolean>`name collate "C" = ${name}`)
    .where("trashed_at", "is", null)
    .where("purged_at", "is", null)
    .forUpdate()
    .executeTakeFirst();
}

/** The file that is brought back by this, live again. Only one of this folder and name. */
async function takeFromTrash(tx: Tx, parentId: string, { trashedId, name }: NewFile) {
  if (!trashedId) return undefined;
  return tx.kysely
    .updateTable("holdfast.files")
    .set({ trashed_at: null })
    .where("id", "=", trashedId)
    .where("parent_id", "=", parentId)
    .where("kind", "=", "file")
    .where(sql<boolean>`name collate "C" = ${name}`)
    .where("trashed_at", "is not", null)
    .where("purged_at", "is", null)
    .returningAll()
    .executeTakeFirst();
}

async function insertFile(
  deps: UploadsDeps,
  tx: Tx,
  origin: Origin,
  wanted: NewFile,
  parentId: string,
  name: string,
): Promise<CommittedFile> {
  const contentId = await insertContent(deps, tx, wanted);
  const id = newId();
  await tx.kysely
    .insertInto("holdfast.files")
    .values({
      id,
      user_id: wanted.userId,
      parent_id: parentId,
      name,
      kind: "file",
      file_type: wanted.fileType,
      file_size: wanted.content.size,
      content_id: contentId,
      version_id: newId(),
      last_modified: wanted.lastModified ?? deps.clock.now(),
    })
    .execute();
  await settle(tx, origin, wanted, id, "file.upload");
  return { file: toFile((await findView(tx, id))!), replaced: false };
}

async function insertContent(deps: UploadsDeps, tx: Tx, wanted: NewFile): Promise<string> {
  const { content, uploadId } = wanted;
  const id = newId();
  await tx.kysely
    .insertInto("holdfast.contents")
    .values({ id, size: content.size, sha256: content.sha256, crc32: content.crc32 })
    .execute();
  if (uploadId) {
    await execute(
      tx,
      `insert into holdfast.content_segments (content_id, start_at, size, sha256)
       select $1, start_at, size, sha256 from holdfast.upload_segments where upload_id = $2`,
      [id, uploadId],
    );
  } else {
    await execute(
      tx,
      `insert into holdfast.content_segments (content_id, start_at, size, sha256)
       select $1, s.* from unnest($2::bigint[], $3::int[], $4::bytea[]) s`,
      [
        id,
        content.segments.map((segment) => segment.startAt),
        content.segments.map((segment) => segment.size),
        content.segments.map((segment) => segment.sha256),
      ],
    );
  }
  if (content.sha256 === null) await deps.jobs.enqueue(tx, hashJob, { contentId: id });
  return id;
}

/** Quota, audit entry, and the end of the upload that this was. */
async function settle(tx: Tx, origin: Origin, wanted: NewFile, fileId: string, action: string): Promise<void> {
  if (wanted.uploadId) {
    const rows = await execute(
      tx,
      `update holdfast.uploads set file_id = $2, size = $3, reserved_bytes = 0, locked_by = null, refused_code = null,
         expires_at = now() + interval '1 day'
       where id = $1 and file_id is null returning id`,
      [wanted.uploadId, fileId, wanted.content.size],
    );
    if (rows.length === 0) throw new ProblemError("gone", "This upload has ended already.");
    await execute(tx, "delete from holdfast.upload_segments where upload_id = $1", [wanted.uploadId]);
  }
  await chargeUsage(tx, wanted.userId, wanted.content.size);
  await audit(tx, origin, { action, targetId: fileId });
}
