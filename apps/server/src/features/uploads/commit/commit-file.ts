import type { File } from "@holdfast/contract";
import { audit, viaOfOrigin } from "../../../platform/audit/audit.ts";
import type { Tx } from "../../../platform/database/database.ts";
import type { Origin } from "../../../platform/http/principal.ts";
import { ProblemError } from "../../../platform/http/problem.ts";
import { newId } from "../../../platform/ids.ts";
import { accessFile, accessFolder, type Folder, roleAllows } from "../../access/index.ts";
import type { WrittenContent } from "../../content/index.ts";
import { hashJob } from "../../content/index.ts";
import {
  chargeUsage,
  findView,
  folderChanged,
  isNameTaken,
  nameTaken,
  replaceVersion,
  toFile,
  withFreeName,
} from "../../files/index.ts";
import { finish } from "../upload-states.ts";
import type { UploadsDeps } from "../uploads.deps.ts";
import * as queries from "./commit-file.queries.ts";
import { findSame } from "./same-file.ts";

export interface NewFile {
  userId: string;
  /** Null: the root. */
  parentId: string | null;
  name: string;
  onConflict: "fail" | "rename" | "replace";
  /** With `replace`, where nothing live has the name: the file in the trash that this becomes the newest version of. */
  trashedId?: string;
  /** Where the very file is there it is the answer also with `replace` and `rename`: no version or copy is made of it. */
  unlessSame?: true;
  fileType: string;
  lastModified: Date | null;
  content: Pick<WrittenContent, "size" | "sha256" | "crc32" | "segments">;
  /** See `isNoise`. */
  noise: boolean | null;
  /** The tus upload whose segments these are: finished in the same transaction, its reservation given back. */
  uploadId?: string;
}

export interface CommittedFile {
  file: File;
  /** Whether a file was there: it has a new version, or it was this very file, sent again. */
  replaced: boolean;
  /** It was this very file: nothing is new. */
  unchanged?: true;
}

/**
 * Makes stored bytes a file: contents, name, quota, audit entry and jobs in one transaction. Before it nothing is visible, after it
 * nothing is lost.
 * @param stored fulfilled when all bytes are durable; rejected, and nothing is committed
 * @throws not_found, not_a_folder, name_taken, quota_exceeded, too_many_entries
 */
export async function commitFile(
  deps: UploadsDeps,
  origin: Origin,
  given: NewFile,
  stored = Promise.resolve(),
): Promise<CommittedFile> {
  const wanted = { ...given, lastModified: withinCalendar(given.lastModified) };
  const same = await sameAsThere(deps, wanted, stored);
  if (same) return { file: same, replaced: true, unchanged: true };
  const committed = await commit(deps, origin, wanted, stored).catch(async (error: unknown) => {
    if (!isClash(error) || wanted.uploadId) throw error;
    await stored;
    const file = await findSame(deps, { ...wanted, parentId: wanted.parentId ?? wanted.userId }, wanted.content);
    if (!file) throw error;
    return { file, replaced: true, unchanged: true as const };
  });
  folderChanged(deps.events, { spaceId: committed.file.spaceId, userId: wanted.userId }, wanted.parentId);
  return committed;
}

/** With `fail` it is the clash that leads there. */
async function sameAsThere(deps: UploadsDeps, wanted: NewFile, stored: Promise<void>): Promise<File | null> {
  const parentId = wanted.parentId ?? wanted.userId;
  if (!wanted.unlessSame || wanted.onConflict === "fail") return null;
  if (!(await queries.findName.first(deps.db, parentId, wanted.name))) return null;
  await accessFolder(deps.db, wanted.userId, parentId);
  await stored;
  return findSame(deps, { ...wanted, parentId, onConflict: "fail" }, wanted.content).catch((error: unknown) => {
    if (isClash(error)) return null;
    throw error;
  });
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
  // Asked while the bytes become durable, so it takes no time of its own.
  const parentId = wanted.parentId ?? wanted.userId;
  if (wanted.onConflict === "replace" && (await queries.findName.first(deps.db, parentId, wanted.name))) return null;
  const id = newId();
  const lastModified = wanted.lastModified ?? deps.clock.now();
  const inserted = await deps.insertFile(
    {
      parentId,
      userId: wanted.userId,
      contentId: newId(),
      size: content.size,
      sha256: content.sha256,
      crc32: content.crc32,
      noise: wanted.noise,
      entryId: newId(),
      actorId: origin.actorId,
      fileId: id,
      ip: origin.ip,
      requestId: origin.requestId,
      name: wanted.name,
      fileType: wanted.fileType,
      versionId: newId(),
      lastModified,
      via: viaOfOrigin(origin),
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
    space_id: inserted.spaceId,
    user_id: wanted.userId,
    parent_id: parentId,
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

async function commitCarefully(
  deps: UploadsDeps,
  origin: Origin,
  wanted: NewFile,
  stored: Promise<void>,
): Promise<CommittedFile> {
  await stored;
  const folder = await accessFolder(deps.db, wanted.userId, wanted.parentId);
  const parentId = folder.id;
  if (wanted.onConflict === "replace") {
    // Between finding no file to replace and making one, another may appear: then it is there to be replaced.
    for (let tries = 0; tries < 5; tries++) {
      try {
        return await deps.db.transaction(async (tx) => {
          const existing =
            (await queries.lockNamesake.first(tx, parentId, wanted.name)) ??
            (await takeFromTrash(tx, parentId, wanted));
          if (existing?.kind === "folder") throw nameTaken(wanted.name);
          if (!existing) return insertFile(deps, tx, origin, wanted, folder, wanted.name);
          // Who may change what is in the folder may change this. Others may have been given this alone.
          if (!roleAllows(folder.role, "change")) await accessFile(tx, wanted.userId, existing.id, "change");
          const contentId = await insertContent(deps, tx, wanted);
          const lastModified = wanted.lastModified ?? deps.clock.now();
          const content = { contentId, size: wanted.content.size, fileType: wanted.fileType, lastModified };
          await replaceVersion(tx, existing, content, origin.actorId);
          await settle(deps, tx, origin, wanted, existing.space_id, existing.id, "file.replace");
          return { file: toFile((await findView(tx, existing.id))!), replaced: true };
        });
      } catch (error) {
        if (!isNameTaken(error)) throw error;
      }
    }
    throw new ProblemError("conflict", "This file is being changed by others at the same time. Try again.");
  }
  return withFreeName(deps.db, { parentId, name: wanted.name, onConflict: wanted.onConflict }, (name) =>
    deps.db.transaction((tx) => insertFile(deps, tx, origin, wanted, folder, name)),
  );
}

/** The file that is brought back by this, live again. Only one of this folder and name. */
async function takeFromTrash(tx: Tx, parentId: string, { trashedId, name }: NewFile) {
  return trashedId === undefined ? undefined : queries.takeFromTrash.first(tx, trashedId, parentId, name);
}

async function insertFile(
  deps: UploadsDeps,
  tx: Tx,
  origin: Origin,
  wanted: NewFile,
  folder: Folder,
  name: string,
): Promise<CommittedFile> {
  const contentId = await insertContent(deps, tx, wanted);
  const id = newId();
  const { userId, fileType, content } = wanted;
  const lastModified = wanted.lastModified ?? deps.clock.now();
  const version = newId();
  const row = await queries.insertFile.first(
    tx,
    id,
    folder.id,
    userId,
    name,
    fileType,
    content.size,
    contentId,
    version,
    lastModified,
  );
  // Its folder may have come into another space a moment ago: the row knows.
  await settle(deps, tx, origin, wanted, row?.space_id ?? folder.spaceId, id, "file.upload");
  return { file: toFile((await findView(tx, id))!), replaced: false };
}

async function insertContent(deps: UploadsDeps, tx: Tx, wanted: NewFile): Promise<string> {
  const { content, uploadId } = wanted;
  const id = newId();
  await queries.insertContent.count(tx, id, content.size, content.sha256, content.crc32, wanted.noise);
  if (uploadId) await queries.insertSegmentsOfUpload.count(tx, id, uploadId);
  else {
    const { segments } = content;
    await queries.insertSegments.count(
      tx,
      id,
      segments.map(({ startAt }) => startAt),
      segments.map(({ size }) => size),
      segments.map(({ sha256 }) => sha256),
    );
  }
  if (content.sha256 === null) await deps.jobs.enqueue(tx, hashJob, { contentId: id });
  return id;
}

/** Quota, audit entry, and the end of the upload that this was. */
async function settle(
  deps: UploadsDeps,
  tx: Tx,
  origin: Origin,
  wanted: NewFile,
  spaceId: string,
  fileId: string,
  action: "file.upload" | "file.replace",
): Promise<void> {
  if (wanted.uploadId) await finish(tx, wanted.uploadId, fileId, wanted.content.size);
  const entries = action === "file.upload" ? 1 : 0;
  await chargeUsage(tx, deps, spaceId, { bytes: wanted.content.size, entries, folders: 0, by: wanted.userId });
  await audit(tx, origin, { action, targetId: fileId, bytes: wanted.content.size });
}
