import type { File, FileVersion } from "@holdfast/contract";
import { sql } from "kysely";
import { audit } from "../../platform/audit/audit.ts";
import { execute, type Tx } from "../../platform/database/database.ts";
import { keepAnswer } from "../../platform/http/idempotency.ts";
import type { Origin } from "../../platform/http/principal.ts";
import { notFound, ProblemError } from "../../platform/http/problem.ts";
import { newId } from "../../platform/ids.ts";
import { accessFile, type FileRow } from "../access/index.ts";
import { toFile } from "./file-view.ts";
import type { FilesDeps } from "./files.deps.ts";
import { folderChanged } from "./files.events.ts";
import { findView } from "./files.queries.ts";
import { chargeUsage } from "./usage.ts";

interface VersionRow {
  id: string;
  file_size: number;
  sha256: Buffer | null;
  created_at: Date;
  last_modified: Date;
  current: boolean;
}

/** A file's versions, newest first; the first is the current one. Throws not_found, not_a_file. */
export async function listVersions(deps: FilesDeps, userId: string, fileId: string): Promise<FileVersion[]> {
  const file = await accessFile(deps.db, userId, fileId, "see");
  if (file.kind !== "file") throw new ProblemError("not_a_file", "A folder has no versions.");
  const rows = await execute<VersionRow>(
    deps.db,
    `select v.*, c.sha256 from (
       select version_id as id, file_size, content_id, uploaded_at as created_at, last_modified, true as current from holdfast.files where id = $1
       union all
       select id, file_size, content_id, created_at, last_modified, false from holdfast.file_versions where file_id = $1
     ) v join holdfast.contents c on c.id = v.content_id
     order by current desc, created_at desc, id desc`,
    [file.id],
  );
  return rows.map((row) => ({
    id: row.id,
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
  await tx.kysely
    .insertInto("holdfast.file_versions")
    .values({
      id: file.version_id as string,
      file_id: file.id,
      content_id: file.content_id as string,
      file_size: file.file_size,
      file_type: file.file_type,
      last_modified: file.last_modified,
      created_at: file.uploaded_at,
      created_by: createdBy,
    })
    .execute();
  await tx.kysely
    .updateTable("holdfast.files")
    .set({
      content_id: content.contentId,
      version_id: newId(),
      file_size: content.size,
      file_type: content.fileType,
      last_modified: content.lastModified,
      uploaded_at: sql`now()`,
      revision: sql`revision + 1`,
    })
    .where("id", "=", file.id)
    .execute();
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
    const current = await tx.kysely
      .selectFrom("holdfast.files")
      .selectAll()
      .where("id", "=", file.id)
      .forUpdate()
      .executeTakeFirst();
    if (!current || current.purged_at) throw notFound();
    const version = await tx.kysely
      .selectFrom("holdfast.file_versions")
      .selectAll()
      .where("id", "=", versionId)
      .where("file_id", "=", file.id)
      .executeTakeFirst();
    if (!version) {
      if (current.version_id === versionId) return toFile((await findView(tx, file.id))!);
      throw notFound();
    }
    await chargeUsage(tx, userId, version.file_size);
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
  folderChanged(deps.events, userId, file.parent_id);
  return restored;
}
