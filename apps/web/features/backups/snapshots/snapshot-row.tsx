"use client";

import type { BackupEntry } from "@holdfast/contract";
import { ChevronRight, Download } from "lucide-react";
import { useTranslations } from "next-intl";
import { FileName } from "@/components/text/file-name";
import { EndButton } from "@/features/entries/grid/entry-buttons";
import { EntryRow, FactsBelow } from "@/features/entries/grid/entry-row";
import { FileIcon } from "@/features/entries/kind/file-icon";
import { useKindName } from "@/features/entries/kind/kind-name";
import { formatBytes } from "@/lib/format";

export function entryElementId(index: number): string {
  return `snapshot-entry-${index}`;
}

type RowProps = {
  entry: BackupEntry;
  index: number;
  selected: boolean;
  active: boolean;
  onToggle: () => void;
  onOpen: () => void;
  onDownload: () => void;
};

/** An entry of a backup, looking as its file does among the files. */
export function SnapshotRow({ entry, index, selected, active, onToggle, onOpen, onDownload }: RowProps) {
  const t = useTranslations("backups.snapshot");
  const kindName = useKindName();
  const folder = entry.kind === "folder";
  const file = { ...entry, fileType: null };
  const size = folder ? "" : formatBytes(entry.fileSize);
  return (
    <EntryRow
      id={entryElementId(index)}
      index={index}
      name={entry.name}
      selected={selected}
      active={active}
      onToggle={onToggle}
      picture={
        <span className="grid size-8 shrink-0 place-items-center">
          <FileIcon file={file} />
        </span>
      }
      kind={kindName(file)}
      lastModified={entry.lastModified}
      size={size}
      end={
        <EndButton
          aria-label={t(folder ? "openName" : "downloadName", { name: entry.name })}
          onPress={folder ? onOpen : onDownload}
        >
          {folder ? <ChevronRight /> : <Download />}
        </EndButton>
      }
    >
      <div className="min-w-0">
        <FileName name={entry.name} />
        <FactsBelow lastModified={entry.lastModified} size={size} />
      </div>
    </EntryRow>
  );
}
