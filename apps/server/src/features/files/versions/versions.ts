import type { File, FileVersion } from "@holdfast/contract";
import { audit } from "../../../platform/audit/audit.ts";
import type { Tx } from "../../../platform/database/database.ts";
import { keepAnswer } from "../../../platform/http/idempotency/idempotency.ts";
import type { Origin } from "../../../platform/http/principal.ts";
import { notFound, ProblemError } from "../../../platform/http/problem.ts";
import { newId } from "../../../platform/ids.ts";
import { accessFile, type FileRow } from "../../access/index.ts";
import { toFile } from "../file-view.ts";
import type { FilesDeps } from "../files.deps.ts";
import { folderChanged } from "../files.events.ts";
import { findView } from "../files.queries.ts";
import { chargeUsage } from "../usage.ts";
import * as queries from "./versions.queries.ts";

/** A file's versions, newest first; the first is the current one. Throws not_found, not_a_file. */
export async function listVersions(deps: FilesDeps, userId: string, fileId: string): Promise<FileVersion[]> {
  const file = await accessFile(deps.db, userId, fileId, "see");
  if (file.kind !== "file") throw new ProblemError("not_a_file", "A folder has no versions.");
  const rows = await queries.listVersions.all(deps.db, file.id);
  return rows.map((row) => ({
    id: row.id as string,
    fileSize: row.file_size,
    sha256: row.sha256?.toString("hex") ?? null,
    createdAt: row.created_at.toISOString(),
    lastModified: row.last_modified.toISOString(),
    current: row.current,
  }));
}

/** What a version is made of. */
export interface VersionContent {
  contentId: string;
  size: number;
  fileType: string | null;
  lastModified: Date;
}

/**
 * Makes `content` the current version of a file; the former one stays as a version. The caller holds the row's lock (`file` was
 * selected for update) and charges the usage.
 */
export async function replaceVersion(
  tx: Tx,
  file: FileRow,
  content: VersionContent,
  createdBy: string | null,
): Promise<void> {
  const { version_id, content_id, file_size, file_type, last_modified, uploaded_at } = file;
  const former = [version_id as string, file.id, content_id as string, file_size, file_type, last_modified] as const;
  await queries.insertVersion.count(tx, ...former, uploaded_at, createdBy);
  const { contentId, size, fileType, lastModified } = content;
  await queries.setContent.count(tx, file.id, contentId, newId(), size, fileType, lastModified);
}

/** Makes an old version current again, as a new version on top: nothing is lost. */
export async function restoreVersion(
  deps: FilesDeps,
  origin: Origin,
  userId: string,
  fileId: string,
  versionId: string,
): Promise<File> {
  const file = await accessFile(deps.db, userId, fileId, "change");
  if (file.kind !== "file") throw new ProblemError("not_a_file", "A folder has no versions.");
  const restored = await deps.db.transaction(async (tx) => {
    const current = await queries.lockFile.first(tx, file.id);
    if (!current || current.purged_at) throw notFound();
    const version = await queries.findVersion.first(tx, versionId, file.id);
    if (!version) {
      if (current.version_id === versionId) return toFile((await findView(tx, file.id))!);
      throw notFound();
    }
    await chargeUsage(tx, deps, current.space_id, { bytes: version.file_size, entries: 0, folders: 0, by: userId });
    const content = {
      contentId: version.content_id,
      size: version.file_size,
      fileType: version.file_type,
      lastModified: version.last_modified,
    };
    await replaceVersion(tx, current, content, userId);
    await audit(tx, origin, { action: "file.restore-version", targetId: file.id, detail: { versionId } });
    return keepAnswer(tx, toFile((await findView(tx, file.id))!));
  });
  folderChanged(deps.events, { spaceId: file.space_id, userId }, file.parent_id);
  return restored;
}
