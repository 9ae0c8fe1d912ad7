"use client";

import type { MouseEvent } from "react";
import type { MenuAnchor } from "@/components/overlay/menu";
import type { Selection } from "../selection/use-selection";

/** What the pointer does to the entries of a list. */
export type GridPointer<Entry> = {
  open: (entry: Entry) => void;
  /** Whether a tap opens it; where not, it selects. */
  opensByTap?: (entry: Entry) => boolean;
  /** The menu of an entry; where there is none, the browser's own stays. */
  onMenu?: (entry: Entry, anchor: MenuAnchor) => void;
};

type GridEntries<Entry> = {
  items: readonly Entry[];
  keyOf: (entry: Entry) => string;
  selection: Selection<Entry>;
};

/** Clicks on entries are heard by their grid, which has the focus: an entry says only by `data-index` which one it is. */
export function useGridPointer<Entry>(grid: GridEntries<Entry>, pointer: GridPointer<Entry>) {
  const { items, keyOf, selection } = grid;
  const at = (event: MouseEvent) => {
    const element = (event.target as Element).closest("[data-index]");
    const entry = element ? items[Number(element.getAttribute("data-index"))] : undefined;
    return element && entry ? { element, entry } : null;
  };
  return {
    onClick: (event: MouseEvent<HTMLElement>) => {
      if (event.target === event.currentTarget) return selection.clear();
      const entry = at(event)?.entry;
      if (!entry) return;
      const key = keyOf(entry);
      const touch = (event.nativeEvent as PointerEvent).pointerType === "touch";
      event.currentTarget.focus({ preventScroll: true });
      if (event.shiftKey) selection.selectRange(key);
      else if (event.ctrlKey || event.metaKey) selection.toggle(key);
      else if (touch && selection.selected.length > 0) selection.toggle(key);
      else if (touch && (pointer.opensByTap?.(entry) ?? true)) pointer.open(entry);
      else selection.selectOnly(key);
    },
    onDoubleClick: (event: MouseEvent<HTMLElement>) => {
      const entry = at(event)?.entry;
      if (entry) pointer.open(entry);
    },
    onContextMenu: (event: MouseEvent<HTMLElement>) => {
      const found = at(event);
      if (!found || !pointer.onMenu || (event.target as Element).closest("input")) return;
      event.preventDefault();
      const point = new DOMRect(event.clientX, event.clientY, 0, 0);
      const byPointer = event.clientX || event.clientY;
      pointer.onMenu(found.entry, byPointer ? { getBoundingClientRect: () => point } : found.element);
    },
  };
}
