"use client";

import type { BackupEntry } from "@holdfast/contract";
import { ChevronRight, Download } from "lucide-react";
import { useTranslations } from "next-intl";
import type { MouseEvent } from "react";
import { FileName } from "@/components/file-name";
import { EndButton, SelectBox } from "@/features/files/entry-buttons";
import { FileIcon } from "@/features/files/file-icon";
import { useKindName } from "@/features/files/kind-name";
import { FactCells, FactsBelow, rowClass } from "@/features/files/row-parts";
import { formatBytes } from "@/lib/format";

export function entryElementId(index: number): string {
  return `snapshot-entry-${index}`;
}

type RowProps = {
  entry: BackupEntry;
  index: number;
  selected: boolean;
  active: boolean;
  onClick: (event: MouseEvent) => void;
  onToggle: () => void;
  onOpen: () => void;
  onDownload: () => void;
};

/** An entry of a backup, looking as its file does among the files. */
export function SnapshotRow({ entry, index, selected, active, onClick, onToggle, onOpen, onDownload }: RowProps) {
  const t = useTranslations("backups.snapshot");
  const kindName = useKindName();
  const folder = entry.kind === "folder";
  const size = folder ? "" : formatBytes(entry.fileSize);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the grid takes the keys for its active row
    <div
      id={entryElementId(index)}
      role="row"
      aria-rowindex={index + 2}
      aria-selected={selected}
      data-active={active || undefined}
      onClick={onClick}
      onDoubleClick={onOpen}
      className={rowClass(selected)}
    >
      <div role="gridcell" className="flex justify-center">
        <SelectBox name={entry.name} selected={selected} onToggle={onToggle} />
      </div>
      <div role="gridcell" className="flex min-w-0 items-center gap-3 md:pr-4">
        <span className="grid size-8 shrink-0 place-items-center">
          <FileIcon file={{ ...entry, fileType: null }} />
        </span>
        <div className="min-w-0">
          <FileName name={entry.name} />
          <FactsBelow lastModified={entry.lastModified} size={size} />
        </div>
      </div>
      <FactCells lastModified={entry.lastModified} size={size} kind={kindName({ ...entry, fileType: null })} />
      <div role="gridcell">
        <EndButton
          aria-label={t(folder ? "openName" : "downloadName", { name: entry.name })}
          onPress={folder ? onOpen : onDownload}
        >
          {folder ? <ChevronRight /> : <Download />}
        </EndButton>
      </div>
    </div>
  );
}
