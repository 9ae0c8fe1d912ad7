"use client";

import { memo } from "react";
import { EntryRow, FactsBelow } from "@/features/entries/grid/entry-row";
import { useKindName } from "@/features/entries/kind/kind-name";
import { cn } from "@/lib/cn";
import { formatBytes } from "@/lib/format";
import { overClass } from "../drag/outside-drop";
import { EntryName, type EntryProps, entryId, MoreButton, useEntryDrag } from "./entry-parts";
import { Thumbnail } from "./thumbnail";

export const FileRow = memo(function FileRow({ file, index, selected, active, renaming, handlers }: EntryProps) {
  const { ref, dragging, over, outside } = useEntryDrag(file, renaming !== null, handlers);
  const kindName = useKindName();
  const size = file.kind === "folder" ? "" : formatBytes(file.fileSize);
  return (
    <EntryRow
      ref={ref}
      {...outside}
      id={entryId(file.id)}
      index={index}
      name={file.name}
      selected={selected}
      active={active}
      onToggle={() => handlers.toggle(file)}
      picture={<Thumbnail file={file} small />}
      kind={kindName(file)}
      lastModified={file.lastModified}
      size={size}
      end={<MoreButton file={file} handlers={handlers} />}
      className={cn(overClass, over && "bg-accent-soft outline-2 outline-accent", dragging && "opacity-45")}
    >
      <EntryName file={file} renaming={renaming} handlers={handlers}>
        <FactsBelow lastModified={file.lastModified} size={size} />
      </EntryName>
    </EntryRow>
  );
});
