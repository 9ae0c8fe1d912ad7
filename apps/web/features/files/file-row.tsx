"use client";

import { memo } from "react";
import { cn } from "@/lib/cn";
import { formatBytes } from "@/lib/format";
import { SelectBox } from "./entry-buttons";
import { EntryName, type EntryProps, entryId, MoreButton, useEntryDrag } from "./entry-parts";
import { useKindName } from "./kind-name";
import { overClass } from "./outside-drop";
import { FactCells, FactsBelow, rowClass } from "./row-parts";
import { Thumbnail } from "./thumbnail";

export const FileRow = memo(function FileRow({ file, index, selected, active, renaming, handlers }: EntryProps) {
  const { ref, dragging, over, outside } = useEntryDrag(file, renaming !== null, handlers);
  const kindName = useKindName();
  const size = file.kind === "folder" ? "" : formatBytes(file.fileSize);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the grid takes the keys for its active row
    <div
      ref={ref}
      {...outside}
      id={entryId(file.id)}
      role="row"
      aria-rowindex={index + 2}
      aria-selected={selected}
      data-index={index}
      data-active={active || undefined}
      onClick={(event) => handlers.click(file, event)}
      onDoubleClick={() => handlers.open(file)}
      className={cn(
        rowClass(selected),
        overClass,
        over && "bg-accent-soft outline-2 outline-accent",
        dragging && "opacity-45",
      )}
    >
      <div role="gridcell" className="flex justify-center">
        <SelectBox name={file.name} selected={selected} onToggle={() => handlers.toggle(file)} />
      </div>
      <div role="gridcell" className="flex min-w-0 items-center gap-3 md:pr-4">
        <Thumbnail file={file} small />
        <EntryName file={file} renaming={renaming} handlers={handlers}>
          <FactsBelow lastModified={file.lastModified} size={size} />
        </EntryName>
      </div>
      <FactCells lastModified={file.lastModified} size={size} kind={kindName(file)} />
      <div role="gridcell">
        <MoreButton file={file} handlers={handlers} />
      </div>
    </div>
  );
});
