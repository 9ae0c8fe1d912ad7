"use client";

import { memo } from "react";
import { Time } from "@/components/time";
import { cn } from "@/lib/cn";
import { formatBytes } from "@/lib/format";
import { EntryName, type EntryProps, entryId, MoreButton, SelectBox, useEntryDrag } from "./entry-parts";
import { Thumbnail } from "./thumbnail";

export const columns =
  "grid-cols-[2.75rem_minmax(0,1fr)_2.75rem] md:grid-cols-[2.75rem_minmax(0,1fr)_9rem_6.5rem_2.75rem]";

export const FileRow = memo(function FileRow({ file, index, selected, active, renaming, handlers }: EntryProps) {
  const { ref, dragging, over } = useEntryDrag(file, renaming, handlers);
  const size = file.kind === "folder" ? "" : formatBytes(file.fileSize);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the grid takes the keys for its active row
    <div
      ref={ref}
      id={entryId(file.id)}
      role="row"
      aria-rowindex={index + 2}
      aria-selected={selected}
      data-index={index}
      data-active={active || undefined}
      onClick={(event) => handlers.click(file, event)}
      onDoubleClick={() => handlers.open(file)}
      className={cn(
        "group/entry grid h-full select-none items-center border-b pr-1 -outline-offset-2 group-focus-visible/grid:data-active:outline-2 group-focus-visible/grid:data-active:outline-accent",
        columns,
        selected ? "bg-selected" : "hover:bg-hover/60",
        over && "bg-accent-soft outline-2 outline-accent",
        dragging && "opacity-45",
      )}
    >
      <div role="gridcell" className="flex justify-center">
        <SelectBox file={file} selected={selected} handlers={handlers} />
      </div>
      <div role="gridcell" className="flex min-w-0 items-center gap-3 md:pr-4">
        <Thumbnail file={file} small />
        <EntryName file={file} renaming={renaming} handlers={handlers}>
          <div className="truncate text-ink-muted text-xs md:hidden">
            {size && `${size} · `}
            <Time at={file.lastModified} />
          </div>
        </EntryName>
      </div>
      <div role="gridcell" className="hidden truncate text-ink-muted tabular-nums md:block">
        <Time at={file.lastModified} />
      </div>
      <div role="gridcell" className="hidden truncate pr-4 text-right text-ink-muted tabular-nums md:block">
        {size || "–"}
      </div>
      <div role="gridcell">
        <MoreButton file={file} handlers={handlers} />
      </div>
    </div>
  );
});
