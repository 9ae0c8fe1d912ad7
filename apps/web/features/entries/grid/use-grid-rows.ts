"use client";

import { useVirtualizer } from "@tanstack/react-virtual";
import { type RefObject, useEffect, useLayoutEffect } from "react";
import type { GridShape } from "./use-grid-shape";

/** Where a list was scrolled to, in pixels. Another object is another list. */
export type ScrollPlace = { readonly scrollTop: number };

type RowsOptions = {
  scroller: RefObject<HTMLElement | null>;
  shape: GridShape;
  rowCount: number;
  /** Comes into view whenever it changes; -1: none. */
  activeRow: number;
  place: ScrollPlace | undefined;
};

/** The rows that are in view, and the way to the others. */
export function useGridRows({ scroller, shape, rowCount, activeRow, place }: RowsOptions) {
  const { tiles, columns, rowHeight, top } = shape;
  const virtualizer = useVirtualizer({
    count: rowCount,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: tiles ? 3 : 10,
    scrollMargin: top,
    scrollPaddingStart: top,
    initialOffset: place?.scrollTop ?? 0,
  });
  const { measure, scrollToIndex } = virtualizer;
  useEffect(() => {
    // Another height of rows makes everything known about their places wrong.
    if (rowHeight && columns) measure();
  }, [rowHeight, columns, measure]);

  useLayoutEffect(() => {
    if (place && scroller.current) scroller.current.scrollTop = place.scrollTop;
  }, [place, scroller]);

  // What something else points at comes into view as soon as it is listed; keys and pointer move among what is in view.
  useEffect(() => {
    if (activeRow >= 0) scrollToIndex(activeRow);
  }, [activeRow, scrollToIndex]);

  return {
    rows: virtualizer.getVirtualItems(),
    height: virtualizer.getTotalSize(),
    pageRows: Math.max(1, Math.floor(((virtualizer.scrollRect?.height ?? 600) - top) / rowHeight) - 1),
    scrollTo: (index: number) => scrollToIndex(Math.floor(index / columns)),
  };
}
