"use client";

import type { BackupEntry, BackupPart } from "@holdfast/contract";
import { getBackupContent } from "@holdfast/contract/client";
import { Download } from "lucide-react";
import { useTranslations } from "next-intl";
import { useMemo } from "react";
import { buttonClass } from "@/components/button/button";
import { Dialog } from "@/components/overlay/dialog";
import { canPreview, type Previewable } from "@/features/entries/kind/previewable";
import { PreviewBody } from "@/features/entries/preview/preview-body";
import { urlOf } from "@/lib/api";
import { formatBytes } from "@/lib/format";

/** A backup knows names, not media types. What an image's ending promises is kept or not by the browser's own decoder. */
const imageTypes: Record<string, string> = {
  png: "image/png",
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  gif: "image/gif",
  webp: "image/webp",
  avif: "image/avif",
};

function previewable(entry: BackupEntry): Previewable {
  const ending = /\.([^.]+)$/.exec(entry.name)?.[1]?.toLowerCase() ?? "";
  return { ...entry, id: entry.path, fileType: imageTypes[ending] ?? null };
}

/** Pictures and text. */
export function canPreviewEntry(entry: BackupEntry): boolean {
  return entry.kind === "file" && canPreview(previewable(entry));
}

type SnapshotPreviewProps = { backupId: string; part: BackupPart; entry: BackupEntry | null; onClose: () => void };

/** A file of a backup, looked at before it is brought back. */
export function SnapshotPreview({ backupId, part, entry, onClose }: SnapshotPreviewProps) {
  const t = useTranslations("backups.snapshot");
  const file = useMemo(() => entry && previewable(entry), [entry]);
  const url = entry ? urlOf(getBackupContent, { params: { id: backupId }, query: { part, path: entry.path } }) : "";
  return (
    <Dialog
      open={entry !== null}
      onOpenChange={(next) => !next && onClose()}
      title={entry?.name ?? ""}
      description={entry ? formatBytes(entry.fileSize) : undefined}
      className="sm:max-w-4xl"
      footer={
        <a href={url} download={entry?.name} className={buttonClass({ variant: "primary" })}>
          <Download />
          {t("download")}
        </a>
      }
    >
      {file && (
        <div className="relative flex h-[60dvh] items-center justify-center overflow-auto rounded-lg bg-sunken p-2">
          <PreviewBody file={file} inlineUrl={url} downloadUrl={url} />
        </div>
      )}
    </Dialog>
  );
}
