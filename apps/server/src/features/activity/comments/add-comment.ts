import type { Comment } from "@holdfast/contract";
import { audit } from "../../../platform/audit/audit.ts";
import { keepAnswer } from "../../../platform/http/idempotency/idempotency.ts";
import type { Origin } from "../../../platform/http/principal.ts";
import { newId } from "../../../platform/ids.ts";
import type { ActivityDeps } from "../activity.deps.ts";
import { admitComment } from "./comment-limits.ts";
import { toComment } from "./comment-view.ts";
import { type CommentRow, findRow, insertRow } from "./comments.queries.ts";
import { accessCommented } from "./find-comment.ts";
import { mentioned } from "./mentioned.ts";
import { notifyOf, tellPages } from "./tell-of-comment.ts";

export interface NewComment {
  readonly userId: string;
  readonly fileId: string;
  readonly text: string;
}

/** @throws not_found, forbidden, too_many_comments, rate_limited */
export async function addComment(deps: ActivityDeps, origin: Origin, wanted: NewComment): Promise<Comment> {
  const { userId, fileId, text } = wanted;
  const id = newId();
  const comment = await deps.db.transaction(async (tx) => {
    const file = await accessCommented(tx, userId, fileId);
    await admitComment(tx, fileId, userId);
    const mentions = await mentioned(tx, fileId, text);
    await insertRow.count(tx, id, fileId, userId, text, mentions);
    await notifyOf(tx, { commentId: id, authorId: userId, file }, mentions, true);
    await audit(tx, origin, { action: "comment.add", targetId: fileId, detail: { commentId: id } });
    return keepAnswer(tx, toComment((await findRow.first(tx, id)) as CommentRow, userId, file.role));
  });
  await tellPages(deps, fileId);
  return comment;
}
