"use client";

import type { BackupEntry } from "@holdfast/contract";
import { useTranslations } from "next-intl";
import { ErrorState, SkeletonRows } from "@/components/feedback/state";
import { snapshotDownloads } from "./snapshot-downloads";
import { SnapshotGrid } from "./snapshot-grid";
import { SnapshotEmpty } from "./snapshot-part";
import type { Snapshot } from "./use-snapshot";
import type { SnapshotListing } from "./use-snapshot-listing";

type ContentsProps = { snapshot: Snapshot; listing: SnapshotListing; onOpen: (entry: BackupEntry) => void };

/** The entries of a folder of a backup, or why there are none to see. */
export function SnapshotContents({ snapshot, listing, onOpen }: ContentsProps) {
  const t = useTranslations("backups.snapshot");
  const { part, path, stamp, goUp } = snapshot;
  const { query, items, selection, sort, order, sortBy } = listing;
  if (query.isPending) return <SkeletonRows />;
  if (query.error && items.length === 0) {
    return <ErrorState title={t("failed.snapshot")} error={query.error} onRetry={() => void query.refetch()} />;
  }
  if (items.length === 0) return <SnapshotEmpty part={path ? "files" : part} />;
  return (
    <SnapshotGrid
      key={`${part} ${path}`}
      items={items}
      more={query.hasNextPage}
      loadMore={() => {
        if (query.hasNextPage && !query.isFetchingNextPage) void query.fetchNextPage();
      }}
      selection={selection}
      onOpen={onOpen}
      onDownload={snapshotDownloads(snapshot).entry}
      goUp={goUp}
      sort={sort}
      order={order}
      onSort={sortBy}
      label={t("heading", { when: stamp })}
    />
  );
}
