"use client";

import type { BackupEntry } from "@holdfast/contract";
import { Check, ChevronRight, Download } from "lucide-react";
import { useTranslations } from "next-intl";
import type { MouseEvent } from "react";
import { Time } from "@/components/time";
import { FileIcon } from "@/features/files/file-icon";
import { columns } from "@/features/files/file-row";
import { cn } from "@/lib/cn";
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
  const files = useTranslations("files");
  const folder = entry.kind === "folder";
  const size = folder ? "" : formatBytes(entry.fileSize);
  const inner = (work: () => void) => (event: MouseEvent) => {
    event.stopPropagation();
    work();
  };
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
      className={cn(
        "group/entry grid h-full select-none items-center border-b pr-1 -outline-offset-2 group-focus-visible/grid:data-active:outline-2 group-focus-visible/grid:data-active:outline-accent",
        columns,
        selected ? "bg-selected" : "hover:bg-hover/60",
      )}
    >
      <div role="gridcell" className="flex justify-center">
        <button
          type="button"
          tabIndex={-1}
          aria-label={files(selected ? "deselectName" : "selectName", { name: entry.name })}
          onClick={inner(onToggle)}
          onDoubleClick={(event) => event.stopPropagation()}
          className={cn(
            "grid size-9 shrink-0 place-items-center",
            !selected &&
              "opacity-0 group-hover/entry:opacity-100 group-data-[picking]/grid:opacity-100 pointer-coarse:opacity-100",
          )}
        >
          <span
            className={cn(
              "grid size-4.5 place-items-center rounded-[5px] border transition-colors",
              selected ? "border-accent bg-accent text-accent-ink" : "border-line-strong bg-surface",
            )}
          >
            {selected && <Check className="size-3.5" strokeWidth={3} />}
          </span>
        </button>
      </div>
      <div role="gridcell" className="flex min-w-0 items-center gap-3 md:pr-4">
        <span className="grid size-8 shrink-0 place-items-center">
          <FileIcon file={{ ...entry, fileType: null }} />
        </span>
        <div className="min-w-0">
          <span className="block truncate" title={entry.name}>
            {entry.name}
          </span>
          <div className="truncate text-ink-muted text-xs md:hidden">
            {size && `${size} · `}
            <Time at={entry.lastModified} />
          </div>
        </div>
      </div>
      <div role="gridcell" className="hidden truncate text-ink-muted tabular-nums md:block">
        <Time at={entry.lastModified} />
      </div>
      <div role="gridcell" className="hidden truncate pr-4 text-right text-ink-muted tabular-nums md:block">
        {size || "–"}
      </div>
      <div role="gridcell">
        <button
          type="button"
          tabIndex={-1}
          aria-label={t(folder ? "openName" : "downloadName", { name: entry.name })}
          onClick={inner(folder ? onOpen : onDownload)}
          onDoubleClick={(event) => event.stopPropagation()}
          className="grid size-9 shrink-0 place-items-center rounded-lg text-ink-muted hover:bg-line hover:text-ink"
        >
          {folder ? <ChevronRight className="size-4.5" /> : <Download className="size-4.5" />}
        </button>
      </div>
    </div>
  );
}
