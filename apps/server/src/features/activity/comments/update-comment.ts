import type { Comment } from "@holdfast/contract";
import { audit } from "../../../platform/audit/audit.ts";
import type { Origin } from "../../../platform/http/principal.ts";
import { notFound, ProblemError } from "../../../platform/http/problem.ts";
import type { ActivityDeps } from "../activity.deps.ts";
import { toComment } from "./comment-view.ts";
import { type CommentRow, findRow, updateRow } from "./comments.queries.ts";
import { findComment } from "./find-comment.ts";
import { mentioned } from "./mentioned.ts";
import { notifyOf, tellPages } from "./tell-of-comment.ts";

export interface CommentChange {
  readonly userId: string;
  readonly commentId: string;
  readonly text: string;
}

/** The author's own. Whom it mentions now and did not before is notified. @throws not_found, forbidden */
export async function updateComment(deps: ActivityDeps, origin: Origin, change: CommentChange): Promise<Comment> {
  const { userId, commentId, text } = change;
  const changed = await deps.db.transaction(async (tx) => {
    const { comment, file } = await findComment(tx, userId, commentId);
    if (comment.author_id !== userId) {
      throw new ProblemError("forbidden", "Only who wrote a comment can change it.");
    }
    const mentions = await mentioned(tx, file.id, text);
    if ((await updateRow.count(tx, commentId, userId, text, mentions)) === 0) throw notFound();
    const before = new Set(comment.mentions.map(({ id }) => id));
    const added = mentions.filter((id) => !before.has(id));
    await notifyOf(tx, { commentId, authorId: userId, file }, added, false);
    await audit(tx, origin, { action: "comment.update", targetId: file.id, detail: { commentId } });
    return toComment((await findRow.first(tx, commentId)) as CommentRow, userId, file.role);
  });
  await tellPages(deps, changed.fileId);
  return changed;
}
