"use client";

import type { File } from "@holdfast/contract";
import { Check, Link2, MoreVertical } from "lucide-react";
import { useTranslations } from "next-intl";
import { type MouseEvent, memo, useRef } from "react";
import { Time } from "@/components/time";
import { cn } from "@/lib/cn";
import { formatBytes } from "@/lib/format";
import { useFileDrag, useFolderDrop } from "./drag";
import { openFolder } from "./navigation";
import { RenameInput } from "./rename-input";
import { Thumbnail } from "./thumbnail";

/** What entries tell their grid; stable, so that a row draws again only when it itself changes. */
export type EntryHandlers = {
  click: (file: File, event: MouseEvent) => void;
  open: (file: File) => void;
  toggle: (file: File) => void;
  menu: (file: File, anchor: Element) => void;
  renamed: (file: File, name: string | null) => void;
  dragged: (file: File) => readonly File[];
};

export type EntryProps = {
  file: File;
  index: number;
  selected: boolean;
  active: boolean;
  renaming: boolean;
  handlers: EntryHandlers;
};

export function entryId(id: string): string {
  return `entry-${id}`;
}

export function useEntryDrag(file: File, renaming: boolean, handlers: EntryHandlers) {
  const ref = useRef<HTMLDivElement>(null);
  const dragging = useFileDrag(ref, !renaming, () => handlers.dragged(file));
  const over = useFolderDrop(ref, {
    folderId: file.id,
    name: file.name,
    enabled: file.kind === "folder",
    onSpring: () => openFolder(file.id),
  });
  return { ref, dragging, over };
}

export function SelectBox({
  file,
  selected,
  handlers,
  className,
}: Pick<EntryProps, "file" | "selected" | "handlers"> & { className?: string }) {
  const t = useTranslations("files");
  return (
    <button
      type="button"
      tabIndex={-1}
      aria-label={t(selected ? "deselectName" : "selectName", { name: file.name })}
      onClick={(event) => {
        event.stopPropagation();
        handlers.toggle(file);
      }}
      onDoubleClick={(event) => event.stopPropagation()}
      className={cn("grid size-9 shrink-0 place-items-center", className)}
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
  );
}

export function MoreButton({
  file,
  handlers,
  className,
}: Pick<EntryProps, "file" | "handlers"> & { className?: string }) {
  const t = useTranslations("files");
  return (
    <button
      type="button"
      tabIndex={-1}
      data-more=""
      aria-label={t("actionsFor", { name: file.name })}
      aria-haspopup="menu"
      onClick={(event) => {
        event.stopPropagation();
        handlers.menu(file, event.currentTarget);
      }}
      onDoubleClick={(event) => event.stopPropagation()}
      className={cn(
        "grid size-9 shrink-0 place-items-center rounded-lg text-ink-muted hover:bg-line hover:text-ink",
        className,
      )}
    >
      <MoreVertical className="size-4.5" />
    </button>
  );
}

export const columns =
  "grid-cols-[2.75rem_minmax(0,1fr)_2.75rem] md:grid-cols-[2.75rem_minmax(0,1fr)_9rem_6.5rem_2.75rem]";

export const FileRow = memo(function FileRow({ file, index, selected, active, renaming, handlers }: EntryProps) {
  const t = useTranslations("files");
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
        <SelectBox
          file={file}
          selected={selected}
          handlers={handlers}
          className={cn(
            !selected &&
              "opacity-0 group-hover/entry:opacity-100 group-data-[picking]/grid:opacity-100 pointer-coarse:opacity-100",
          )}
        />
      </div>
      <div role="gridcell" className="flex min-w-0 items-center gap-3 md:pr-4">
        <Thumbnail file={file} small />
        {renaming ? (
          <RenameInput
            name={file.name}
            folder={file.kind === "folder"}
            onDone={(name) => handlers.renamed(file, name)}
          />
        ) : (
          <div className="min-w-0">
            <div className="flex min-w-0 items-center gap-1.5">
              <span className="truncate" title={file.name}>
                {file.name}
              </span>
              {file.linkCount > 0 && (
                <Link2 role="img" aria-label={t("hasLinks")} className="size-3.5 shrink-0 text-accent-text" />
              )}
            </div>
            <div className="truncate text-ink-muted text-xs md:hidden">
              {size && `${size} · `}
              <Time at={file.lastModified} />
            </div>
          </div>
        )}
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
