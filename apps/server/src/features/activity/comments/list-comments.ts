import type { Comment } from "@holdfast/contract";
import { beforeId, type Page, type PageQuery, pageById, rowsFor } from "../../../platform/listing/page.ts";
import { accessFile } from "../../access/index.ts";
import type { ActivityDeps } from "../activity.deps.ts";
import { toComment } from "./comment-view.ts";
import { countRows, listRows } from "./comments.queries.ts";

/** Newest first. @throws not_found, forbidden, invalid_cursor */
export async function listComments(
  { db }: Pick<ActivityDeps, "db">,
  userId: string,
  fileId: string,
  query: PageQuery,
): Promise<Page<Comment> & { total: number }> {
  const { role } = await accessFile(db, userId, fileId, "see");
  const rows = await listRows.all(db, fileId, beforeId(query), rowsFor(query));
  const total = (await countRows.first(db, fileId))?.total ?? 0;
  return { ...pageById(rows, query, (row) => toComment(row, userId, role)), total };
}
