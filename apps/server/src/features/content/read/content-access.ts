import { askedTogether } from "../../../platform/database/asked-together.ts";
import type { Queryable } from "../../../platform/database/database.ts";
import { notFound, ProblemError } from "../../../platform/http/problem.ts";
import type { ContentRow } from "../content.queries.ts";
import type { SendableContent } from "../send/send-content.ts";
import { findContents, findVersion } from "./content-access.queries.ts";

/** The file's row, where the principal may see it. */
export type FindContent = (asked: {
  fileId: string;
  principalId: string;
}) => Promise<(ContentRow & { space_id: string }) | undefined>;

export function createFindContent(db: Queryable): FindContent {
  return askedTogether((asked) =>
    findContents.all(
      db,
      asked.map(({ fileId }) => fileId),
      asked.map(({ principalId }) => principalId),
    ),
  );
}

/**
 * A file as something to send, and whose it is. The same decision as `accessFile` with the intent to see.
 * @throws not_found, not_a_file
 */
export async function accessContent(
  { db, findContent }: { db: Queryable; findContent: FindContent },
  userId: string,
  fileId: string,
  versionId?: string,
): Promise<SendableContent & { spaceId: string }> {
  const row = await findContent({ fileId, principalId: userId });
  if (!row) throw notFound();
  if (row.kind !== "file") throw new ProblemError("not_a_file", "This is a folder; ask for an archive of it.");
  if (versionId === undefined) return { ...toSendable(row), spaceId: row.space_id };
  const version = await findVersion.first(db, versionId, fileId);
  if (!version) throw notFound();
  return { ...toSendable({ ...row, ...version, only_segment: null }), spaceId: row.space_id };
}

/** A file's row as something to send. */
export function toSendable(row: Omit<ContentRow, "kind">): SendableContent {
  return {
    contentId: row.content_id as string,
    size: row.file_size,
    name: row.name,
    fileType: row.file_type,
    lastModified: row.last_modified,
    onlySegment: row.only_segment === null ? null : Buffer.from(row.only_segment, "hex"),
  };
}
