"use client";

import { type BackupEntry, getBackupArchive, getBackupContent, listBackupFiles } from "@holdfast/contract";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Archive, Download, RotateCcw } from "lucide-react";
import Link from "next/link";
import { useParams, useSearchParams } from "next/navigation";
import { useTranslations } from "next-intl";
import { useEffect, useState } from "react";
import { Button, buttonClass } from "@/components/button/button";
import { EmptyState, ErrorState, SkeletonRows } from "@/components/feedback/state";
import type { Order, SortBy } from "@/features/entries/grid/order";
import { SelectionAction, SelectionBar } from "@/features/entries/selection/selection-bar";
import { useSelection } from "@/features/entries/selection/use-selection";
import { startDownload } from "@/features/files/navigation/links";
import { call, hasCode, urlOf } from "@/lib/api";
import { RestoreDialog, type RestoreSource } from "../restores/restore-dialog";
import { backupKeys, useBackup } from "../work/queries";
import { formatStamp } from "../work/when";
import { SnapshotCrumbs } from "./snapshot-crumbs";
import { SnapshotGrid } from "./snapshot-grid";
import { SnapshotEmpty, SnapshotNote } from "./snapshot-part";
import { openSnapshotFolder, partOf, personOf } from "./snapshot-path";
import { canPreviewEntry, SnapshotPreview } from "./snapshot-preview";

const pageSize = 500;
const pathOf = ({ path }: BackupEntry) => path;

/** A backup opened like a folder: look around, take one file out, or bring back what is selected. */
export function SnapshotScreen() {
  const t = useTranslations("backups.snapshot");
  const { backupId: id } = useParams<{ backupId: string }>();
  const address = useSearchParams();
  const path = address.get("path") ?? "";
  const part = partOf(address.get("part"));
  const backup = useBackup(id);
  const [{ sort, order }, setOrder] = useState<{ sort: SortBy; order: Order }>({ sort: "name", order: "asc" });
  const [previewed, setPreviewed] = useState<BackupEntry | null>(null);
  const [restoring, setRestoring] = useState<RestoreSource | null>(null);
  const listing = useInfiniteQuery({
    queryKey: backupKeys.folder(id, part, path, sort, order),
    queryFn: ({ pageParam, signal }) => {
      const query = { part, path, sort, order, cursor: pageParam, limit: pageSize };
      return call(listBackupFiles, { params: { id }, query }, { signal });
    },
    // In a new order, the folder stays in sight until it is there.
    placeholderData: (data, query) =>
      query?.queryKey[1] === id && query.queryKey[2] === part && query.queryKey[3] === path ? data : undefined,
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
  });
  const items = listing.data?.pages.flatMap((page) => page.items) ?? [];
  const selection = useSelection(items, pathOf);
  const { reset } = selection;
  // In another folder nothing is selected.
  useEffect(() => reset(), [reset, id, part, path]);

  const stamp = backup.data ? formatStamp(backup.data.backupDate ?? backup.data.createdAt) : "…";
  // Everything of a folder is the folder itself, however many pages of it have been read.
  const whole = (selection.all && selection.except.size === 0) || selection.selected.length === 0;
  const paths = whole ? (path ? [path] : null) : selection.selected.map((entry) => entry.path);
  // Of everything but some, what has not been read has to be named as well.
  const unread = selection.all && !whole && listing.hasNextPage;
  const instance = backup.data?.scope === "instance";
  const person = instance ? personOf(paths ?? []) : null;
  const open = (entry: BackupEntry) => {
    if (entry.kind === "folder") openSnapshotFolder(id, entry.path, part);
    else if (canPreviewEntry(entry)) setPreviewed(entry);
    else download(entry);
  };
  const download = (entry: BackupEntry) =>
    entry.kind === "folder"
      ? downloadFolder(entry.path)
      : startDownload(urlOf(getBackupContent, { params: { id }, query: { part, path: entry.path } }));
  const downloadFolder = (of: string) =>
    startDownload(urlOf(getBackupArchive, { params: { id }, query: { part, path: of } }));
  const restoreSelected = async () => {
    if (!backup.data) return;
    const chosenPaths = unread ? await readRest() : paths;
    if (unread && chosenPaths === null) return;
    const [first] = selection.selected;
    const count = chosenPaths?.length ?? 0;
    const what = whole ? path.split("/").at(-1) || null : count === 1 && first ? first.name : t("count", { count });
    setRestoring({ backup: backup.data, part, paths: chosenPaths, what, person });
  };
  /** The paths of all that is selected, once the folder has been read to its end; null where that failed, which the list says. */
  const readRest = async (): Promise<string[] | null> => {
    for (;;) {
      const read = await listing.fetchNextPage();
      if (read.isError || !read.data) return null;
      if (read.hasNextPage) continue;
      const entries = read.data.pages.flatMap((page) => page.items);
      return entries.map(pathOf).filter((one) => !selection.except.has(one));
    }
  };
  const goUp = () => path && openSnapshotFolder(id, path.split("/").slice(0, -1).join("/"), part);

  if (backup.error) {
    return hasCode(backup.error, "not_found") ? (
      <EmptyState level={1} icon={<Archive />} title={t("goneTitle")} body={t("goneBody")} className="m-auto">
        <Link href="/backups" className={buttonClass({ variant: "primary" })}>
          {t("toBackups")}
        </Link>
      </EmptyState>
    ) : (
      <ErrorState
        title={t("failed.snapshot")}
        error={backup.error}
        onRetry={() => void backup.refetch()}
        className="m-auto"
      />
    );
  }
  const chosen = selection.selected.length;
  const bytes = selection.selected.reduce((sum, entry) => sum + entry.fileSize, 0);
  const [only] = selection.selected;
  return (
    <>
      <title>{`${stamp} · Holdfast`}</title>
      <h1 className="sr-only">{t("heading", { when: stamp })}</h1>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2 border-b px-3 py-2.5 sm:px-4">
        <SnapshotCrumbs id={id} stamp={stamp} part={part} path={path} instance={instance} />
        {chosen > 0 && (
          <SelectionBar
            count={chosen}
            more={selection.all && listing.hasNextPage}
            bytes={bytes}
            onClear={selection.clear}
          >
            {chosen === 1 && only && (
              <SelectionAction
                label={only.kind === "file" ? t("download") : t("downloadZip")}
                onClick={() => download(only)}
                icon={<Download />}
              />
            )}
          </SelectionBar>
        )}
        {chosen === 0 && items.length > 0 && (!instance || path) && (
          <SelectionAction label={t("downloadZip")} onClick={() => downloadFolder(path)} icon={<Download />} />
        )}
        {backup.data && (!instance || person) && (
          <Button variant="primary" onClick={() => void restoreSelected()} disabled={items.length === 0}>
            <RotateCcw />
            {chosen > 0 && !whole ? t("restoreSelected") : path ? t("restoreFolder") : t("restoreAll")}
          </Button>
        )}
      </div>
      <SnapshotNote id={id} stamp={stamp} part={part} instance={instance} parts={backup.data?.withVersions ?? false} />
      {listing.isPending ? (
        <SkeletonRows />
      ) : listing.error && items.length === 0 ? (
        <ErrorState title={t("failed.snapshot")} error={listing.error} onRetry={() => void listing.refetch()} />
      ) : items.length === 0 ? (
        <SnapshotEmpty part={path ? "files" : part} />
      ) : (
        <SnapshotGrid
          key={`${part} ${path}`}
          items={items}
          more={listing.hasNextPage}
          loadMore={() => {
            if (listing.hasNextPage && !listing.isFetchingNextPage) void listing.fetchNextPage();
          }}
          selection={selection}
          onOpen={open}
          onDownload={download}
          goUp={goUp}
          sort={sort}
          order={order}
          onSort={(by) => setOrder({ sort: by, order: by === sort && order === "asc" ? "desc" : "asc" })}
          label={t("heading", { when: stamp })}
        />
      )}
      <SnapshotPreview backupId={id} part={part} entry={previewed} onClose={() => setPreviewed(null)} />
      <RestoreDialog source={restoring} onClose={() => setRestoring(null)} />
    </>
  );
}
