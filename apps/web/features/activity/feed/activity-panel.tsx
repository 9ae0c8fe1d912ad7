"use client";

import type { FileActivity } from "@holdfast/contract";
import { listFileActivity } from "@holdfast/contract/client";
import { useInfiniteQuery } from "@tanstack/react-query";
import {
  Download,
  FilePlus2,
  FolderInput,
  History,
  type LucideIcon,
  MessageSquare,
  Pencil,
  RefreshCw,
  Trash2,
  Undo2,
  Users,
} from "lucide-react";
import { useTranslations } from "next-intl";
import { useEffect } from "react";
import { LoadMore } from "@/components/feedback/load-more";
import { ErrorState } from "@/components/feedback/state";
import { Time } from "@/components/text/time";
import { call } from "@/lib/api";
import { keys } from "@/lib/query";
import { visibleName } from "@/lib/safe-name";

const icons: Record<FileActivity["kind"], LucideIcon> = {
  added: FilePlus2,
  changed: RefreshCw,
  renamed: Pencil,
  moved: FolderInput,
  copied: FilePlus2,
  shared: Users,
  "sharing-changed": Users,
  "sharing-ended": Users,
  commented: MessageSquare,
  trashed: Trash2,
  restored: Undo2,
  "version-restored": History,
  "versions-deleted": History,
  downloaded: Download,
};

/** Pages without a single entry that are asked for by themselves: a busy space around a quiet folder. */
const QUIET_PAGES = 5;

/** What was done with a file, or with a folder and what is in it. */
export function ActivityPanel({ file, userId }: { file: { id: string }; userId: string | undefined }) {
  const t = useTranslations("activity.feed");
  const query = useInfiniteQuery({
    queryKey: keys.fileActivity(file.id),
    queryFn: ({ pageParam }) => call(listFileActivity, { params: { id: file.id }, query: { cursor: pageParam } }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  });
  const pages = query.data?.pages ?? [];
  const items = pages.flatMap((page) => page.items);
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = query;
  const isQuiet = items.length === 0 && hasNextPage && pages.length < QUIET_PAGES;
  useEffect(() => {
    if (isQuiet && !isFetchingNextPage) void fetchNextPage();
  }, [isQuiet, isFetchingNextPage, fetchNextPage]);
  if (query.isPending || isQuiet) return <div className="skeleton h-32" />;
  if (query.error) {
    const retry = () => void query.refetch();
    return <ErrorState title={t("notLoaded")} error={query.error} onRetry={retry} className="py-6" />;
  }
  if (items.length === 0 && !hasNextPage)
    return <p className="py-10 text-center text-ink-muted text-sm">{t("empty")}</p>;
  return (
    <>
      <ol aria-label={t("title")} className="space-y-1">
        {items.map((entry) => (
          <Entry key={entry.id} entry={entry} ofOne={entry.file.id === file.id} userId={userId} />
        ))}
      </ol>
      <LoadMore query={query} quiet />
    </>
  );
}

function Entry({ entry, ofOne, userId }: { entry: FileActivity; ofOne: boolean; userId: string | undefined }) {
  const t = useTranslations("activity.feed");
  const Icon = icons[entry.kind];
  const isMe = entry.actor !== null && entry.actor.id === userId;
  const who = entry.actor ? visibleName(entry.actor.name) : entry.byLink ? t("byLink") : t("gone");
  const values = {
    who: isMe ? t("you") : who,
    name: visibleName(entry.name ?? entry.file.name),
    former: visibleName(entry.formerName ?? ""),
    own: String(ofOne && entry.kind !== "renamed"),
    strong: (chunks: React.ReactNode) => <bdi className="font-medium">{chunks}</bdi>,
  };
  return (
    <li className="flex gap-3 py-2 text-sm">
      <span className="grid size-8 shrink-0 place-items-center rounded-full bg-sunken text-ink-muted">
        <Icon aria-hidden="true" className="size-4" />
      </span>
      <div className="min-w-0 flex-1">
        <p className="[overflow-wrap:anywhere]">
          {t.rich(`kind.${entry.kind}`, values)}
          {entry.times > 1 && <span className="text-ink-muted"> {t("times", { count: entry.times })}</span>}
        </p>
        <p className="text-ink-muted text-xs">
          <Time at={entry.lastAt} style="full" />
        </p>
      </div>
    </li>
  );
}
