"use client";

import type { BackupEntry } from "@holdfast/contract";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, type MouseEvent, useEffect, useRef } from "react";
import type { Selection } from "@/features/entries/use-selection";
import { GridHeader } from "@/features/files/grid-header";
import type { Order, SortBy } from "@/features/files/listing";
import { useElementWidth } from "@/features/files/use-element-width";
import { entryElementId, SnapshotRow } from "./snapshot-row";

type GridProps = {
  items: readonly BackupEntry[];
  more: boolean;
  loadMore: () => void;
  selection: Selection<BackupEntry>;
  onOpen: (entry: BackupEntry) => void;
  onDownload: (entry: BackupEntry) => void;
  goUp: () => void;
  sort: SortBy;
  order: Order;
  onSort: (by: SortBy) => void;
  label: string;
};

const headerHeight = 40;
/** So many rows before the end of what is read, the next page is asked for. */
const ahead = 60;

/** A folder of a backup, of which only the rows in view exist. One tab stop, and the keys of the file list. */
export function SnapshotGrid(props: GridProps) {
  const { items, more, loadMore, selection, onOpen, onDownload, goUp, sort, order, onSort, label } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const width = useElementWidth(scroller);
  const rowHeight = width < 768 ? 60 : 46;
  const virtualizer = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 10,
    scrollMargin: headerHeight,
    scrollPaddingStart: headerHeight,
  });
  // Measured again when the height of a row changes.
  useEffect(() => virtualizer.measure(), [virtualizer, rowHeight]);
  // Who came here by keys goes on by keys: the folder before took the focus with it.
  useEffect(() => {
    if (document.activeElement === document.body) scroller.current?.focus({ preventScroll: true });
  }, []);
  const rows = virtualizer.getVirtualItems();
  const lastShown = rows.at(-1)?.index ?? 0;
  useEffect(() => {
    if (more && lastShown > items.length - ahead) loadMore();
  }, [more, lastShown, items.length, loadMore]);

  const active = items.findIndex((item) => item.path === selection.activeId);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget) return;
    const current = items[active];
    const page = Math.max(1, Math.floor(((virtualizer.scrollRect?.height ?? 600) - headerHeight) / rowHeight) - 1);
    const steps: Record<string, number> = {
      ArrowDown: active + 1,
      ArrowUp: active - 1,
      PageDown: active + page,
      PageUp: active - page,
      Home: 0,
      End: items.length - 1,
    };
    const { key } = event;
    const command = event.ctrlKey || event.metaKey;
    if ((key === "ArrowUp" && event.altKey) || key === "Backspace") goUp();
    else if (key in steps) {
      const index = Math.max(0, Math.min(items.length - 1, steps[key] ?? 0));
      const entry = items[index];
      if (!entry) return;
      if (event.shiftKey) selection.selectRange(entry.path);
      else if (command) selection.moveActive(entry.path);
      else selection.selectOnly(entry.path);
      virtualizer.scrollToIndex(index);
    } else if (key === "a" && command) selection.selectAll();
    else if (key === " " && current) selection.toggle(current.path);
    else if (key === "Enter" && current) onOpen(current);
    else if (key === "Escape") selection.clear();
    else return;
    event.preventDefault();
  };
  const onClick = (entry: BackupEntry, event: MouseEvent) => {
    const touch = (event.nativeEvent as PointerEvent).pointerType === "touch";
    scroller.current?.focus({ preventScroll: true });
    if (event.shiftKey) selection.selectRange(entry.path);
    else if (event.ctrlKey || event.metaKey) selection.toggle(entry.path);
    else if (touch && selection.selected.length > 0) selection.toggle(entry.path);
    else if (touch && entry.kind === "folder") onOpen(entry);
    else selection.selectOnly(entry.path);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it is a grid
    <div
      ref={scroller}
      role="grid"
      tabIndex={0}
      aria-label={label}
      aria-multiselectable="true"
      aria-rowcount={more ? -1 : items.length + 1}
      aria-activedescendant={rows.some((row) => row.index === active) ? entryElementId(active) : undefined}
      data-picking={selection.selected.length > 0 ? "" : undefined}
      onKeyDown={onKeyDown}
      onClick={(event) => event.target === event.currentTarget && selection.clear()}
      className="group/grid relative min-h-0 flex-1 overflow-y-auto overflow-x-hidden outline-none"
    >
      <GridHeader selection={selection} count={items.length} sort={sort} order={order} onSort={onSort} />
      <div role="rowgroup" className="relative" style={{ height: virtualizer.getTotalSize() }}>
        {rows.map((row) => {
          const entry = items[row.index];
          if (!entry) return null;
          const style = { height: row.size, transform: `translateY(${row.start - headerHeight}px)` };
          return (
            <div key={entry.path} role="presentation" className="absolute inset-x-0 top-0" style={style}>
              <SnapshotRow
                entry={entry}
                index={row.index}
                selected={selection.isSelected(entry.path)}
                active={row.index === active}
                onClick={(event) => onClick(entry, event)}
                onToggle={() => selection.toggle(entry.path)}
                onOpen={() => onOpen(entry)}
                onDownload={() => onDownload(entry)}
              />
            </div>
          );
        })}
      </div>
    </div>
  );
}
