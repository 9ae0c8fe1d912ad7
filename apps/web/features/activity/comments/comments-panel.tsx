"use client";

import { addComment } from "@holdfast/contract/client";
import { useQueryClient } from "@tanstack/react-query";
import { MessageSquare } from "lucide-react";
import { useTranslations } from "next-intl";
import { LoadMore } from "@/components/feedback/load-more";
import { ErrorState } from "@/components/feedback/state";
import { call } from "@/lib/api";
import { keys } from "@/lib/query";
import { useAct } from "@/lib/request/use-act";
import { CommentForm } from "./comment-form";
import { CommentItem } from "./comment-item";
import { useComments } from "./queries";

/** What people who may see a file or folder say about it. */
export function CommentsPanel({ fileId }: { fileId: string }) {
  const t = useTranslations("activity.comments");
  const client = useQueryClient();
  const query = useComments(fileId);
  const act = useAct(keys.comments(fileId));
  const again = () => client.invalidateQueries({ queryKey: keys.comments(fileId) });
  if (query.isPending) return <div className="skeleton h-32" />;
  if (query.error) {
    const retry = () => void query.refetch();
    return <ErrorState title={t("notLoaded")} error={query.error} onRetry={retry} className="py-6" />;
  }
  const items = query.data.pages.flatMap((page) => page.items);
  return (
    <>
      <CommentForm
        fileId={fileId}
        label={t("write")}
        action={t("send")}
        onSend={async (text) => {
          await call(addComment, { params: { id: fileId }, body: { text } });
          await again();
        }}
      />
      {items.length === 0 ? (
        <p className="flex flex-col items-center gap-2 py-10 text-center text-ink-muted text-sm">
          <MessageSquare aria-hidden="true" className="size-6" />
          {t("empty")}
        </p>
      ) : (
        <ul aria-label={t("title")} className="mt-2 divide-y">
          {items.map((comment) => (
            <CommentItem key={comment.id} comment={comment} act={act} onChanged={again} />
          ))}
        </ul>
      )}
      <LoadMore query={query} quiet />
    </>
  );
}
