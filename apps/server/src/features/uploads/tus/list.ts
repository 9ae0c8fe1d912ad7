import type { ErrorCode, listUploads as operation, ResultOf } from "@holdfast/contract";
import { announcedOffset, isComplete } from "../upload-states.ts";
import type { UploadsDeps } from "../uploads.deps.ts";
import { findUnfinished, type UploadRow } from "../uploads.queries.ts";

/** A person's uploads that are no files yet, the newest first; those that wait for a decision before all others. */
export async function listUploads(deps: UploadsDeps, userId: string): Promise<ResultOf<typeof operation>> {
  const rows = await findUnfinished.all(deps.db, userId);
  return { items: rows.map(toUpload) };
}

function toUpload(row: UploadRow): ResultOf<typeof operation>["items"][number] {
  return {
    id: row.id,
    name: row.name,
    size: row.size,
    offset: announcedOffset(row),
    // The root folder's id is its space's: it stays inside.
    parentId: row.parent_id === row.space_id ? null : row.parent_id,
    createdAt: row.created_at.toISOString(),
    expiresAt: row.expires_at.toISOString(),
    complete: isComplete(row),
    refusal:
      row.refused_code === null
        ? null
        : {
            code: row.refused_code as ErrorCode,
            detail: row.refused_detail ?? "",
            at: (row.refused_at ?? row.created_at).toISOString(),
          },
  };
}
