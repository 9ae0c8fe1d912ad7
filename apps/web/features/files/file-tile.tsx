"use client";

import { Link2 } from "lucide-react";
import { useTranslations } from "next-intl";
import { memo } from "react";
import { Time } from "@/components/time";
import { cn } from "@/lib/cn";
import { formatBytes } from "@/lib/format";
import { type EntryProps, entryId, MoreButton, SelectBox, useEntryDrag } from "./file-row";
import { RenameInput } from "./rename-input";
import { Thumbnail } from "./thumbnail";

export const FileTile = memo(function FileTile({ file, index, selected, active, renaming, handlers }: EntryProps) {
  const t = useTranslations("files");
  const { ref, dragging, over } = useEntryDrag(file, renaming, handlers);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the grid takes the keys for its active cell
    <div
      ref={ref}
      id={entryId(file.id)}
      role="gridcell"
      aria-selected={selected}
      data-index={index}
      data-active={active || undefined}
      onClick={(event) => handlers.click(file, event)}
      onDoubleClick={() => handlers.open(file)}
      className={cn(
        "group/entry relative flex min-w-0 select-none flex-col overflow-hidden rounded-xl border bg-surface group-focus-visible/grid:data-active:outline-2 group-focus-visible/grid:data-active:outline-accent",
        selected ? "border-accent bg-selected" : "hover:border-line-strong/70",
        over && "border-accent bg-accent-soft outline-2 outline-accent",
        dragging && "opacity-45",
      )}
    >
      <div className={cn("flex items-center justify-center", !selected && "bg-sunken")}>
        <Thumbnail file={file} />
      </div>
      <SelectBox
        file={file}
        selected={selected}
        handlers={handlers}
        className={cn(
          "absolute top-0.5 left-0.5",
          !selected &&
            "opacity-0 group-hover/entry:opacity-100 group-data-[picking]/grid:opacity-100 pointer-coarse:opacity-100",
        )}
      />
      <div className="flex h-14 items-center gap-1 border-t pr-1 pl-3">
        {renaming ? (
          <RenameInput
            name={file.name}
            folder={file.kind === "folder"}
            onDone={(name) => handlers.renamed(file, name)}
          />
        ) : (
          <div className="min-w-0 flex-1">
            <div className="flex items-center gap-1.5">
              <span className="truncate text-[0.8125rem] leading-5" title={file.name}>
                {file.name}
              </span>
              {file.linkCount > 0 && (
                <Link2 role="img" aria-label={t("hasLinks")} className="size-3.5 shrink-0 text-accent-text" />
              )}
            </div>
            <div className="truncate text-ink-muted text-xs leading-4">
              {file.kind === "folder" ? <Time at={file.lastModified} /> : formatBytes(file.fileSize)}
            </div>
          </div>
        )}
        <MoreButton file={file} handlers={handlers} />
      </div>
    </div>
  );
});
