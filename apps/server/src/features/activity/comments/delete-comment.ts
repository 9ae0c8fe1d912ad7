import { audit } from "../../../platform/audit/audit.ts";
import type { Origin } from "../../../platform/http/principal.ts";
import { notFound, ProblemError } from "../../../platform/http/problem.ts";
import type { ActivityDeps } from "../activity.deps.ts";
import { deleteRow, deleteToldOf } from "./comments.queries.ts";
import { findComment } from "./find-comment.ts";
import { tellPages } from "./tell-of-comment.ts";

/** By its author, or by who manages the file. What people were told of it goes as well. @throws not_found, forbidden */
export async function deleteComment(
  deps: ActivityDeps,
  origin: Origin,
  { userId, commentId }: { userId: string; commentId: string },
): Promise<void> {
  const { fileId, told } = await deps.db.transaction(async (tx) => {
    const { comment, file } = await findComment(tx, userId, commentId);
    if (comment.author_id !== userId && file.role !== "manager") {
      throw new ProblemError("forbidden", "Only who wrote a comment, or who manages the file, can delete it.");
    }
    if ((await deleteRow.count(tx, commentId)) === 0) throw notFound();
    await audit(tx, origin, { action: "comment.delete", targetId: file.id, detail: { commentId } });
    return { fileId: file.id, told: await deleteToldOf.all(tx, file.id, commentId) };
  });
  for (const { user_id } of told) deps.events.publish(user_id, { type: "notifications.changed" });
  await tellPages(deps, fileId);
}
