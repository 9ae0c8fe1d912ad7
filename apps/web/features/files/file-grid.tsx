"use client";

import type { File } from "@holdfast/contract";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useTranslations } from "next-intl";
import { type MouseEvent, useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import type { MenuAnchor } from "@/components/menu";
import type { Selection } from "@/features/entries/use-selection";
import { cn } from "@/lib/cn";
import { shortWindow, useMedia } from "@/lib/use-media";
import { type EntryHandlers, entryId } from "./entry-parts";
import { type FileCommands, FileMenu } from "./file-menu";
import { FileRow } from "./file-row";
import { FileTile } from "./file-tile";
import { gridId, useGridFocus } from "./grid-focus";
import { GridHeader } from "./grid-header";
import type { FolderListing, Order, SortBy } from "./listing";
import { useElementWidth } from "./use-element-width";
import { useGridKeys } from "./use-grid-keys";
import type { Renaming } from "./use-renaming";

export type Layout = "list" | "tiles";

type FileGridProps = {
  listing: FolderListing;
  items: readonly File[];
  done: boolean;
  selection: Selection<File>;
  commands: FileCommands;
  layout: Layout;
  sort: SortBy;
  order: Order;
  onSort: (by: SortBy) => void;
  renaming: Renaming | null;
  onRenamed: (file: File, name: string | null) => void;
  goUp: () => void;
  label: string;
};

const headerHeight = 40;
const tileHeight = 170;
const gap = 12;
/** Grey entries at the end while more are on their way. */
const waiting = 12;

/**
 * The entries of a folder, of which only those in view exist as elements. One tab stop; `aria-activedescendant` points at
 * the active entry. Rows in the list, rows of cells among tiles.
 */
export function FileGrid(props: FileGridProps) {
  const { listing, items, done, selection, commands, layout, renaming, onRenamed, label } = props;
  const t = useTranslations("files");
  const scroller = useRef<HTMLDivElement>(null);
  const width = useElementWidth(scroller);
  useGridFocus(scroller);
  const [menu, setMenu] = useState<{ anchor: MenuAnchor; files: readonly File[] } | null>(null);

  const tiles = layout === "tiles";
  const inner = width - 24;
  const columns = tiles ? Math.max(2, Math.floor((inner + gap) / ((inner < 560 ? 144 : 176) + gap))) : 1;
  const short = useMedia(shortWindow);
  const rowHeight = tiles ? tileHeight + gap : width < 768 && !short ? 60 : 46;
  const rowCount = Math.ceil((items.length + (done ? 0 : waiting)) / columns);
  const top = tiles ? gap : headerHeight;

  const virtualizer = useVirtualizer({
    count: rowCount,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: tiles ? 3 : 10,
    scrollMargin: top,
    scrollPaddingStart: top,
    initialOffset: listing.scrollTop,
  });
  const { measure } = virtualizer;
  useEffect(() => {
    // Another height of rows makes everything known about their places wrong.
    if (rowHeight && columns) measure();
  }, [rowHeight, columns, measure]);

  useLayoutEffect(() => {
    if (scroller.current) scroller.current.scrollTop = listing.scrollTop;
  }, [listing]);

  // What something else points at comes into view as soon as it is listed; keys and pointer move among what is in view.
  const activeRow = useMemo(() => {
    const at = items.findIndex((item) => item.id === selection.activeId);
    return at < 0 ? -1 : Math.floor(at / columns);
  }, [items, selection.activeId, columns]);
  const { scrollToIndex } = virtualizer;
  useEffect(() => {
    if (activeRow >= 0) scrollToIndex(activeRow);
  }, [activeRow, scrollToIndex]);

  const latest = useRef({ items, selection, commands, onRenamed });
  latest.current = { items, selection, commands, onRenamed };
  const openMenu = useCallback((files: readonly File[], anchor: MenuAnchor) => {
    if (files.length > 0) setMenu({ files, anchor });
  }, []);
  const filesFor = useCallback((file: File): readonly File[] => {
    const { selection } = latest.current;
    return selection.isSelected(file.id) ? selection.selected : [file];
  }, []);
  const handlers = useMemo<EntryHandlers>(
    () => ({
      click: (file, event) => {
        const { selection, commands } = latest.current;
        const touch = (event.nativeEvent as PointerEvent).pointerType === "touch";
        scroller.current?.focus({ preventScroll: true });
        if (event.shiftKey) selection.selectRange(file.id);
        else if (event.ctrlKey || event.metaKey) selection.toggle(file.id);
        else if (touch && selection.selected.length > 0) selection.toggle(file.id);
        else if (touch) commands.open(file);
        else selection.selectOnly(file.id);
      },
      open: (file) => latest.current.commands.open(file),
      toggle: (file) => latest.current.selection.toggle(file.id),
      menu: (file, anchor) => {
        const files = filesFor(file);
        if (!latest.current.selection.isSelected(file.id)) latest.current.selection.pointAt(file.id);
        openMenu(files, anchor);
      },
      renamed: (file, name) => latest.current.onRenamed(file, name),
      dragged: filesFor,
    }),
    [openMenu, filesFor],
  );

  const onKeyDown = useGridKeys({
    items,
    selection,
    commands,
    columns,
    pageRows: Math.max(1, Math.floor(((virtualizer.scrollRect?.height ?? 600) - top) / rowHeight) - 1),
    scrollTo: (index) => virtualizer.scrollToIndex(Math.floor(index / columns)),
    loadAll: () => listing.loadAll(),
    openMenu,
    goUp: props.goUp,
  });

  const onContextMenu = (event: MouseEvent) => {
    const element = (event.target as Element).closest("[data-index]");
    const file = element && items[Number(element.getAttribute("data-index"))];
    if (!file || (event.target as Element).closest("input")) return;
    event.preventDefault();
    const files = filesFor(file);
    if (!selection.isSelected(file.id)) selection.selectOnly(file.id);
    const point = new DOMRect(event.clientX, event.clientY, 0, 0);
    openMenu(files, event.clientX || event.clientY ? { getBoundingClientRect: () => point } : element);
  };

  const entry = (index: number) => {
    const file = items[index];
    if (!file) return null;
    const Entry = tiles ? FileTile : FileRow;
    return (
      <Entry
        key={file.id}
        file={file}
        index={index}
        selected={selection.isSelected(file.id)}
        active={selection.activeId === file.id}
        renaming={renaming?.id === file.id ? renaming : null}
        handlers={handlers}
      />
    );
  };

  const rows = virtualizer.getVirtualItems();
  const activeShown = rows.some((row) => {
    for (let column = 0; column < columns; column++) {
      if (items[row.index * columns + column]?.id === selection.activeId) return true;
    }
    return false;
  });

  return (
    <>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: it is a grid */}
      <div
        ref={scroller}
        role="grid"
        id={gridId}
        tabIndex={0}
        aria-label={label}
        aria-multiselectable="true"
        aria-rowcount={done ? Math.ceil(items.length / columns) + (tiles ? 0 : 1) : -1}
        aria-activedescendant={activeShown && selection.activeId ? entryId(selection.activeId) : undefined}
        data-picking={selection.selected.length > 0 ? "" : undefined}
        // The menu takes the focus one frame after it is there; keys of that frame are not meant for the grid.
        onKeyDown={menu ? undefined : onKeyDown}
        onContextMenu={onContextMenu}
        onClick={(event) => event.target === event.currentTarget && selection.clear()}
        onScroll={(event) => {
          listing.scrollTop = event.currentTarget.scrollTop;
        }}
        className={cn(
          "group/grid relative min-h-0 flex-1 overflow-y-auto overflow-x-hidden outline-none [overflow-anchor:none]",
          tiles && "px-3",
        )}
      >
        {!tiles && (
          <GridHeader
            selection={selection}
            count={items.length}
            sort={props.sort}
            order={props.order}
            onSort={props.onSort}
          />
        )}
        <div role="rowgroup" className="relative" style={{ height: virtualizer.getTotalSize() + (tiles ? gap : 0) }}>
          {rows.map((row) => {
            const style = { height: row.size, transform: `translateY(${row.start - (tiles ? 0 : top)}px)` };
            const className = "absolute inset-x-0 top-0 will-change-transform has-aria-invalid:z-20";
            if (!tiles) {
              return (
                <div key={row.key} role="presentation" className={className} style={style}>
                  {entry(row.index) ?? <WaitingRow label={t("loading")} />}
                </div>
              );
            }
            const cells = Array.from({ length: columns }, (_, column) => row.index * columns + column);
            return (
              <div
                key={row.key}
                role="row"
                aria-rowindex={row.index + 1}
                className={cn(className, "grid gap-3 pb-3")}
                style={{ ...style, gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))` }}
              >
                {cells.map(
                  (index) =>
                    entry(index) ??
                    (!done && (
                      <div key={index} role="gridcell" aria-label={t("loading")} className="skeleton rounded-xl" />
                    )),
                )}
              </div>
            );
          })}
        </div>
      </div>
      <FileMenu
        files={menu?.files ?? []}
        anchor={menu?.anchor ?? null}
        commands={commands}
        onClose={() => setMenu(null)}
      />
    </>
  );
}

function WaitingRow({ label }: { label: string }) {
  return (
    <div role="row" className="flex h-full items-center gap-3 border-b pl-14">
      <div role="gridcell" aria-label={label} className="flex w-full items-center gap-3">
        <div className="skeleton size-6" />
        <div className="skeleton h-3 w-2/5" />
      </div>
    </div>
  );
}
