"use client";

import { emptyTrash, listTrash } from "@holdfast/contract";
import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { RotateCcw, Trash2 } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "@/components/button";
import { useConfirm } from "@/components/confirm";
import { FileName } from "@/components/file-name";
import { IconButton } from "@/components/icon-button";
import { LoadMore } from "@/components/load-more";
import { PageHeader } from "@/components/page-header";
import { EmptyState, ErrorState, SkeletonRows } from "@/components/state";
import { useSettings } from "@/features/auth/session";
import { call } from "@/lib/api";
import { cn } from "@/lib/cn";
import { formatBytes } from "@/lib/format";
import { keys } from "@/lib/query";
import { FileIcon } from "./file-icon";
import { useFileActions } from "./use-file-actions";

const dayMs = 86_400_000;
/** A path without its last name; empty for what was in the root folder. */
const folderOf = (path: string) => path.slice(0, path.lastIndexOf("/"));

/** What was thrown away: where it was, how long it stays, and the way back. */
export function TrashScreen() {
  const t = useTranslations("trash");
  const files = useTranslations("files");
  const client = useQueryClient();
  const confirm = useConfirm();
  const actions = useFileActions();
  const settings = useSettings();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const query = useInfiniteQuery({
    queryKey: keys.trash,
    queryFn: ({ pageParam }) => call(listTrash, { query: { cursor: pageParam, limit: 200 } }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  });
  // When the list was read: days are precise enough.
  const now = query.dataUpdatedAt;
  const items = query.data?.pages.flatMap((page) => page.items) ?? [];
  const ids = items.filter((item) => chosen.has(item.id)).map((item) => item.id);
  const toggle = (id: string) => {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    setChosen(next);
  };
  const restore = async (wanted: readonly string[]) => {
    await actions.restore(wanted);
    setChosen(new Set());
  };
  const destroy = async (wanted: readonly string[]) => {
    const yes = await confirm({
      title: t("destroyTitle", { count: wanted.length }),
      body: t("destroyBody"),
      action: t("destroy"),
      danger: true,
    });
    if (!yes) return;
    await actions.destroy(wanted);
    setChosen(new Set());
  };
  const empty = async () => {
    const yes = await confirm({
      title: t("emptyTitle"),
      body: t("destroyBody"),
      action: t("emptyAction"),
      danger: true,
    });
    if (!yes) return;
    try {
      await call(emptyTrash);
    } catch (error) {
      actions.fail(error);
    }
    await client.invalidateQueries({ queryKey: keys.trash });
    actions.changedEverywhere();
  };
  return (
    <>
      <PageHeader title={t("title")} body={settings.data && t("body", { count: settings.data.trashDays })}>
        {ids.length > 0 ? (
          <>
            <Button variant="primary" onClick={() => void restore(ids)}>
              <RotateCcw />
              {t("restoreChosen", { count: ids.length })}
            </Button>
            <Button variant="danger-ghost" onClick={() => void destroy(ids)}>
              {t("destroy")}
            </Button>
          </>
        ) : (
          items.length > 0 && (
            <Button onClick={() => void empty()}>
              <Trash2 />
              {t("emptyAction")}
            </Button>
          )
        )}
      </PageHeader>
      {query.isPending ? (
        <SkeletonRows />
      ) : query.error ? (
        <ErrorState error={query.error} onRetry={() => void query.refetch()} />
      ) : items.length === 0 ? (
        <EmptyState icon={<Trash2 />} title={t("nothingTitle")} body={t("nothingBody")} />
      ) : (
        <>
          <ul className="divide-y border-b">
            {items.map((item) => {
              const left = Math.max(0, Math.ceil((Date.parse(item.deletesAt) - now) / dayMs));
              return (
                <li
                  key={item.id}
                  className={cn(
                    "flex items-center gap-3 px-4 py-2 sm:px-6",
                    chosen.has(item.id) ? "bg-selected" : "hover:bg-hover/60",
                  )}
                >
                  <input
                    type="checkbox"
                    checked={chosen.has(item.id)}
                    onChange={() => toggle(item.id)}
                    aria-label={t("choose", { name: item.name })}
                    className="size-4.5 shrink-0 accent-(--accent)"
                  />
                  <FileIcon file={item} />
                  <div className="min-w-0 flex-1">
                    <FileName name={item.name} />
                    <p className="truncate text-ink-muted text-xs">
                      <span className="sm:hidden">{t("daysLeft", { count: left })} · </span>
                      {t("wasIn", { folder: files("root") + folderOf(item.originalPath) })}
                      {item.kind === "file" && ` · ${formatBytes(item.fileSize)}`}
                    </p>
                  </div>
                  <span
                    className={cn("hidden shrink-0 text-xs sm:block", left <= 3 ? "text-danger" : "text-ink-muted")}
                  >
                    {t("daysLeft", { count: left })}
                  </span>
                  <IconButton
                    label={t("restore")}
                    spoken={t("restoreName", { name: item.name })}
                    onClick={() => void restore([item.id])}
                  >
                    <RotateCcw />
                  </IconButton>
                  <IconButton
                    label={t("destroy")}
                    spoken={t("destroyName", { name: item.name })}
                    variant="danger-ghost"
                    onClick={() => void destroy([item.id])}
                  >
                    <Trash2 />
                  </IconButton>
                </li>
              );
            })}
          </ul>
          <LoadMore query={query} />
        </>
      )}
    </>
  );
}
