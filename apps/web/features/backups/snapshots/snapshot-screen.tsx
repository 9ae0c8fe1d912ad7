"use client";

import type { BackupEntry } from "@holdfast/contract";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { RestoreDialog } from "../restores/restore-dialog";
import { SnapshotContents } from "./snapshot-contents";
import { snapshotDownloads } from "./snapshot-downloads";
import { SnapshotGone } from "./snapshot-gone";
import { SnapshotNote } from "./snapshot-part";
import { openSnapshotFolder } from "./snapshot-path";
import { canPreviewEntry, SnapshotPreview } from "./snapshot-preview";
import { SnapshotToolbar } from "./snapshot-toolbar";
import { useRestore } from "./use-restore";
import { useSnapshot } from "./use-snapshot";
import { useSnapshotListing } from "./use-snapshot-listing";

/** A backup opened like a folder: look around, take one file out, or bring back what is selected. */
export function SnapshotScreen() {
  const t = useTranslations("backups.snapshot");
  const snapshot = useSnapshot();
  const { id, part, stamp, instance } = snapshot;
  const listing = useSnapshotListing(snapshot);
  const restoring = useRestore(snapshot, listing);
  const [previewed, setPreviewed] = useState<BackupEntry | null>(null);
  const open = (entry: BackupEntry) => {
    if (entry.kind === "folder") openSnapshotFolder(id, entry.path, part);
    else if (canPreviewEntry(entry)) setPreviewed(entry);
    else snapshotDownloads(snapshot).entry(entry);
  };
  if (snapshot.error) return <SnapshotGone error={snapshot.error} onRetry={snapshot.retry} />;
  const parts = snapshot.backup?.withVersions ?? false;
  return (
    <>
      <title>{`${stamp} · Holdfast`}</title>
      <h1 className="sr-only">{t("heading", { when: stamp })}</h1>
      <SnapshotToolbar snapshot={snapshot} listing={listing} restoring={restoring} />
      <SnapshotNote id={id} stamp={stamp} part={part} instance={instance} parts={parts} />
      <SnapshotContents snapshot={snapshot} listing={listing} onOpen={open} />
      <SnapshotPreview backupId={id} part={part} entry={previewed} onClose={() => setPreviewed(null)} />
      <RestoreDialog source={restoring.source} onClose={restoring.close} />
    </>
  );
}
