"use client";

import { Download, RotateCcw } from "lucide-react";
import { useTranslations } from "next-intl";
import { Button } from "@/components/button/button";
import { SelectionAction, SelectionBar } from "@/features/entries/selection/selection-bar";
import { SnapshotCrumbs } from "./snapshot-crumbs";
import { snapshotDownloads } from "./snapshot-downloads";
import type { Restoring } from "./use-restore";
import type { Snapshot } from "./use-snapshot";
import type { SnapshotListing } from "./use-snapshot-listing";

type ToolbarProps = { snapshot: Snapshot; listing: SnapshotListing; restoring: Restoring };

/** Where one is in the backup, and what can be done with the selection or the folder. */
export function SnapshotToolbar({ snapshot, listing, restoring }: ToolbarProps) {
  const t = useTranslations("backups.snapshot");
  const { id, stamp, part, path, instance } = snapshot;
  const { query, items, selection } = listing;
  const { selected, all } = selection;
  const download = snapshotDownloads(snapshot);
  const [only] = selected;
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-2 border-b px-3 py-2.5 sm:px-4">
      <SnapshotCrumbs id={id} stamp={stamp} part={part} path={path} instance={instance} />
      {selected.length > 0 && (
        <SelectionBar
          count={selected.length}
          more={all && query.hasNextPage}
          bytes={selected.reduce((sum, entry) => sum + entry.fileSize, 0)}
          onClear={selection.clear}
        >
          {selected.length === 1 && only && (
            <SelectionAction
              label={only.kind === "file" ? t("download") : t("downloadZip")}
              onClick={() => download.entry(only)}
              icon={<Download />}
            />
          )}
        </SelectionBar>
      )}
      {selected.length === 0 && items.length > 0 && (!instance || path) && (
        <SelectionAction label={t("downloadZip")} onClick={() => download.folder(path)} icon={<Download />} />
      )}
      {restoring.possible && (
        <Button variant="primary" onClick={restoring.ask} disabled={items.length === 0}>
          <RotateCcw />
          {selected.length > 0 && !restoring.whole ? t("restoreSelected") : path ? t("restoreFolder") : t("restoreAll")}
        </Button>
      )}
    </div>
  );
}
