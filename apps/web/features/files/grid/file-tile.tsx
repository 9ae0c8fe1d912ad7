"use client";

import { memo } from "react";
import { Time } from "@/components/text/time";
import { SelectBox } from "@/features/entries/grid/entry-buttons";
import { Cell } from "@/features/entries/grid/roles";
import { cn } from "@/lib/cn";
import { formatBytes } from "@/lib/format";
import { overClass } from "../drag/outside-drop";
import { EntryName, type EntryProps, entryId, MoreButton, useEntryDrag } from "./entry-parts";
import { Thumbnail } from "./thumbnail";

export const FileTile = memo(function FileTile({ file, index, selected, active, renaming, handlers }: EntryProps) {
  const { ref, dragging, over, outside } = useEntryDrag(file, renaming !== null, handlers);
  return (
    <Cell
      ref={ref}
      {...outside}
      id={entryId(file.id)}
      aria-selected={selected}
      data-index={index}
      data-active={active || undefined}
      className={cn(
        "group/entry relative flex min-w-0 select-none flex-col overflow-hidden rounded-xl border bg-surface group-focus-visible/grid:data-active:outline-2 group-focus-visible/grid:data-active:outline-accent",
        selected ? "border-accent bg-selected" : "hover:border-line-strong/70",
        overClass,
        "has-aria-invalid:overflow-visible",
        over && "border-accent bg-accent-soft outline-2 outline-accent",
        dragging && "opacity-45",
      )}
    >
      <div className={cn("flex items-center justify-center", !selected && "bg-sunken")}>
        <Thumbnail file={file} />
      </div>
      <SelectBox
        name={file.name}
        selected={selected}
        onToggle={() => handlers.toggle(file)}
        className="absolute top-0.5 left-0.5"
      />
      <div className="flex h-14 items-center gap-1 border-t pr-1 pl-3">
        <EntryName file={file} renaming={renaming} handlers={handlers} small>
          <div className="truncate text-ink-muted text-xs leading-4">
            {file.kind === "folder" ? <Time at={file.lastModified} /> : formatBytes(file.fileSize)}
          </div>
        </EntryName>
        <MoreButton file={file} handlers={handlers} />
      </div>
    </Cell>
  );
});
