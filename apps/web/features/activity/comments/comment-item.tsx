"use client";

import type { Comment } from "@holdfast/contract";
import { deleteComment, updateComment } from "@holdfast/contract/client";
import { Pencil, Trash2 } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { IconButton } from "@/components/button/icon-button";
import { useConfirm } from "@/components/overlay/confirm";
import { Avatar } from "@/components/page/avatar";
import { Time } from "@/components/text/time";
import { call } from "@/lib/api";
import { visibleName } from "@/lib/safe-name";
import { CommentForm } from "./comment-form";
import { CommentText } from "./comment-text";

type ItemProps = {
  comment: Comment;
  act: (work: () => Promise<unknown>, done?: string) => Promise<boolean>;
  onChanged: () => Promise<unknown>;
};

export function CommentItem({ comment, act, onChanged }: ItemProps) {
  const t = useTranslations("activity.comments");
  const confirm = useConfirm();
  const [editing, setEditing] = useState(false);
  const name = comment.author ? visibleName(comment.author.name) : t("gone");
  const remove = async () => {
    const yes = await confirm({
      title: t("deleteTitle"),
      body: t("deleteBody"),
      action: t("delete"),
      danger: true,
    });
    if (yes) await act(() => call(deleteComment, { params: { id: comment.id } }), t("deleted"));
  };
  return (
    <li className="flex gap-3 py-3.5">
      <Avatar user={{ email: name, displayName: null }} className="size-8" />
      <article className="min-w-0 flex-1 text-sm" aria-label={t("by", { name })}>
        <div className="flex min-h-8 items-center gap-x-2">
          <p className="min-w-0 flex-1">
            <bdi className="font-medium">{name}</bdi>{" "}
            <span className="text-ink-muted text-xs">
              <Time at={comment.createdAt} />
              {comment.editedAt && ` · ${t("edited")}`}
            </span>
          </p>
          {!editing && comment.mine && (
            <IconButton label={t("edit")} size="icon-sm" className="text-ink-muted" onClick={() => setEditing(true)}>
              <Pencil />
            </IconButton>
          )}
          {!editing && comment.mayDelete && (
            <IconButton
              label={t("delete")}
              spoken={t("deleteOf", { name })}
              size="icon-sm"
              className="text-ink-muted"
              onClick={() => void remove()}
            >
              <Trash2 />
            </IconButton>
          )}
        </div>
        {editing ? (
          <CommentForm
            fileId={comment.fileId}
            text={comment.text}
            label={t("edit")}
            action={t("save")}
            onCancel={() => setEditing(false)}
            onSend={async (text) => {
              await call(updateComment, { params: { id: comment.id }, body: { text } });
              await onChanged();
              setEditing(false);
            }}
          />
        ) : (
          <CommentText comment={comment} />
        )}
      </article>
    </li>
  );
}
