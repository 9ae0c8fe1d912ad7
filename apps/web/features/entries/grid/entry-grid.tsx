"use client";

import { Fragment, type ReactNode, type RefObject, useEffect, useMemo } from "react";
import { cn } from "@/lib/cn";
import type { Selection } from "../selection/use-selection";
import { ListRows, TileRows } from "./grid-rows";
import { RowGroup } from "./roles";
import { type GridKeys, useGridKeys } from "./use-grid-keys";
import { type GridPointer, useGridPointer } from "./use-grid-pointer";
import { type ScrollPlace, useGridRows } from "./use-grid-rows";
import { gap, type Layout, useGridShape } from "./use-grid-shape";

type EntryGridProps<Entry> = GridKeys<Entry> &
  GridPointer<Entry> & {
    scroller: RefObject<HTMLDivElement | null>;
    id?: string;
    label: string;
    items: readonly Entry[];
    /** Everything has been read. */
    done: boolean;
    /** Asked for when the end of what has been read comes near. */
    loadMore?: () => void;
    /** Grey entries at the end while more are on their way. */
    waiting?: number;
    keyOf: (entry: Entry) => string;
    /** The id of an entry's element, which draws itself with it and with `data-index`. */
    elementId: (entry: Entry, index: number) => string;
    selection: Selection<Entry>;
    layout?: Layout;
    /** Above a list. */
    header: ReactNode;
    place?: ScrollPlace;
    onScrolled?: (scrollTop: number) => void;
    /** Something over the grid is about to take the focus: keys are not meant for the grid any more. */
    keysElsewhere?: boolean;
    children: (entry: Entry, index: number, state: { selected: boolean; active: boolean }) => ReactNode;
  };

/** So many entries before the end of what has been read, the next page is asked for. */
const ahead = 60;

/**
 * The entries of a folder, of which only those in view exist as elements. One tab stop; `aria-activedescendant` points at
 * the active entry. Rows in the list, rows of cells among tiles.
 */
export function EntryGrid<Entry>(props: EntryGridProps<Entry>) {
  const { scroller, items, done, loadMore, waiting = 0, keyOf, selection, layout = "list", place } = props;
  const shape = useGridShape(scroller, layout);
  const { tiles, columns } = shape;
  const { activeId } = selection;
  const active = useMemo(() => items.findIndex((item) => keyOf(item) === activeId), [items, keyOf, activeId]);
  const activeRow = active < 0 ? -1 : Math.floor(active / columns);
  const rowCount = Math.ceil((items.length + (done ? 0 : waiting)) / columns);
  const { rows, height, pageRows, scrollTo } = useGridRows({ scroller, shape, rowCount, activeRow, place });

  const lastShown = (rows.at(-1)?.index ?? 0) * columns;
  useEffect(() => {
    if (!done && lastShown > items.length - ahead) loadMore?.();
  }, [done, lastShown, items.length, loadMore]);

  const extent = { count: items.length, columns, pageRows };
  const onKeyDown = useGridKeys({ items, keyOf, selection, active, extent, scrollTo }, props);
  const pointer = useGridPointer({ items, keyOf, selection }, props);

  const draw = (index: number) => {
    const entry = items[index];
    if (!entry) return null;
    const key = keyOf(entry);
    const state = { selected: selection.isSelected(key), active: index === active };
    return <Fragment key={key}>{props.children(entry, index, state)}</Fragment>;
  };
  const current = rows.some((row) => row.index === activeRow) ? items[active] : undefined;
  return (
    <div
      ref={scroller}
      role="grid"
      id={props.id}
      tabIndex={0}
      aria-label={props.label}
      aria-multiselectable="true"
      aria-rowcount={done ? Math.ceil(items.length / columns) + (tiles ? 0 : 1) : -1}
      aria-activedescendant={current && props.elementId(current, active)}
      data-picking={selection.selected.length > 0 ? "" : undefined}
      onKeyDown={props.keysElsewhere ? undefined : onKeyDown}
      {...pointer}
      onScroll={(event) => props.onScrolled?.(event.currentTarget.scrollTop)}
      className={cn(
        "group/grid relative min-h-0 flex-1 overflow-y-auto overflow-x-hidden outline-none [overflow-anchor:none]",
        tiles && "px-3",
      )}
    >
      {!tiles && props.header}
      <RowGroup className="relative" style={{ height: height + (tiles ? gap : 0) }}>
        {tiles ? (
          <TileRows rows={rows} columns={columns} waiting={!done} draw={draw} />
        ) : (
          <ListRows rows={rows} top={shape.top} draw={draw} />
        )}
      </RowGroup>
    </div>
  );
}
