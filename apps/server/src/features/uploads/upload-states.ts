import type { ErrorCode } from "@holdfast/contract";
import type { Queryable, Tx } from "../../platform/database/database.ts";
import { notFound, ProblemError } from "../../platform/http/problem.ts";
import type { StoredSegment } from "../content/index.ts";
import type { UploadRow } from "./uploads.queries.ts";
import * as queries from "./uploads.queries.ts";

/**
 * What becomes of an upload. Nothing else changes its row but the lease on it (`tus/upload-lock.ts`), and no change is made from another
 * state than those named here.
 *
 * | state     | is                                        | to                                                              |
 * |-----------|-------------------------------------------|-----------------------------------------------------------------|
 * | receiving | bytes are missing, or its length is       | receiving (`recordSegment`, `setLength` once), complete, gone   |
 * | complete  | all bytes are durable, and no file yet    | finished, refused, gone (`discard`)                             |
 * | refused   | complete, and waits for its owner         | finished (under another name or folder), gone                   |
 * | finished  | the file is there; answers who asks again | gone, a day later                                               |
 *
 * One of no bytes is never complete: its length is stored only with the file, so that it goes from receiving to finished or gone.
 *
 * What nobody touches ends by itself (`deleteExpired`), but not what is complete and has not been refused.
 */

/** All bytes are durable, and there is no file yet. A length of 0 is stored only together with the file. */
export function isComplete(upload: UploadRow): boolean {
  return upload.file_id === null && upload.size !== null && upload.size > 0 && upload.upload_offset >= upload.size;
}

/**
 * The offset as clients are told it. A client that reads its upload's length takes it for done and forgets it, so the last byte is
 * acknowledged only with the file: before, the offset stays one short, and whoever sends that byte again has the upload finished.
 */
export function announcedOffset(upload: UploadRow): number {
  if (upload.file_id !== null) return upload.size ?? 0;
  return isComplete(upload) ? (upload.size as number) - 1 : upload.upload_offset;
}

/** A person's own upload. Throws not_found for others', gone for one that ran out. */
export async function accessUpload(db: Queryable, userId: string, uploadId: string): Promise<UploadRow> {
  const row = await queries.findUpload.first(db, uploadId);
  if (row?.user_id !== userId) throw notFound();
  if (row.expires_at.getTime() < Date.now())
    throw new ProblemError("gone", "This upload has expired. Begin a new one.");
  return row;
}

/** Receiving: records a durable segment and moves the offset. Throws upload_busy where the lease is another's. */
export async function recordSegment(db: Queryable, id: string, lease: string, segment: StoredSegment): Promise<void> {
  const { startAt, size, sha256 } = segment;
  const recorded = await queries.recordSegment.first(db, id, lease, startAt, size, sha256);
  if (!recorded) throw new ProblemError("upload_busy", "Another request has taken over this upload.");
}

/** Receiving: the length, once, and the quota it takes. Throws invalid_request where it has one. */
export async function setLength(tx: Tx, id: string, size: number): Promise<void> {
  if ((await queries.setSize.count(tx, id, size)) === 0) throw lengthIsSet();
}

export function lengthIsSet(): ProblemError {
  return new ProblemError("invalid_request", "The length of an upload cannot be changed.");
}

/** To finished, in the transaction that makes the file. Throws gone where it has ended already. */
export async function finish(tx: Tx, id: string, fileId: string, size: number): Promise<void> {
  if ((await queries.finish.count(tx, id, fileId, size)) === 0)
    throw new ProblemError("gone", "This upload has ended already.");
  await queries.dropSegments.count(tx, id);
}

/**
 * To finished, as the file that is there already, where that has the upload's name and bytes: somebody who got no answer has sent it
 * again, and must not be told of a clash with himself. Returns the file's id, or null where there is no such file.
 * @param sameTime only where its time of change is the upload's as well
 */
export async function finishAsSameFile(db: Queryable, upload: UploadRow, sameTime: boolean): Promise<string | null> {
  const { id, parent_id, name, user_id, size, last_modified } = upload;
  if (size === null || size === 0 || (sameTime && last_modified === null)) return null;
  const row = await queries.finishAsSameFile.first(db, id, parent_id, name, user_id, size, sameTime, last_modified);
  return row?.file_id ?? null;
}

/** To refused, with the reason; what is finished stays so. */
export async function refuse(db: Queryable, id: string, code: ErrorCode, detail: string): Promise<void> {
  await queries.refuse.count(db, id, code, detail);
}

/** Gone, by its owner, under the lease. What is finished stays. */
export async function discard(db: Queryable, id: string, lease: string): Promise<void> {
  await queries.discard.count(db, id, lease);
}
