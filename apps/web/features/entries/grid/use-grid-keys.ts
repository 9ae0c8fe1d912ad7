"use client";

import type { KeyboardEvent } from "react";
import type { Selection } from "../selection/use-selection";
import { type GridExtent, moveBy } from "./grid-moves";

/** Where the keys are. */
export type KeyPlace<Entry> = {
  /** The place of the active entry; -1: none. */
  active: number;
  current: Entry | undefined;
  /** What is selected; with nothing selected, the active entry. */
  targets: readonly Entry[];
  /** Selects one entry and brings it into view. */
  moveTo: (index: number) => void;
};

/** What the keys of a list do. */
export type GridKeys<Entry> = {
  open: (entry: Entry) => void;
  goUp: () => void;
  /** Reads the rest of the list, for End. */
  loadAll?: () => Promise<readonly Entry[]>;
  /** A key of this list alone, asked first; true: it was one. */
  onKey?: (event: KeyboardEvent, at: KeyPlace<Entry>) => boolean;
};

type GridState<Entry> = {
  items: readonly Entry[];
  keyOf: (entry: Entry) => string;
  selection: Selection<Entry>;
  active: number;
  extent: GridExtent;
  scrollTo: (index: number) => void;
};

/** The keys of a list: those of a file manager, on a single focus that points at the active entry. */
export function useGridKeys<Entry>(grid: GridState<Entry>, keys: GridKeys<Entry>) {
  const { items, keyOf, selection, active, extent, scrollTo } = grid;

  const go = (index: number, event: KeyboardEvent, list = items) => {
    const entry = list[Math.min(list.length - 1, index)];
    if (!entry) return;
    if (event.shiftKey) selection.selectRange(keyOf(entry));
    else if (event.ctrlKey || event.metaKey) selection.moveActive(keyOf(entry));
    else selection.selectOnly(keyOf(entry));
    scrollTo(list.indexOf(entry));
  };
  const moveTo = (index: number) => {
    const entry = items[index];
    if (!entry) return;
    selection.selectOnly(keyOf(entry));
    scrollTo(index);
  };

  return (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget) return;
    const current = items[active];
    const targets = selection.selected.length > 0 ? selection.selected : current ? [current] : [];
    const { key } = event;
    const to = moveBy(key, active, extent);
    if (keys.onKey?.(event, { active, current, targets, moveTo })) event.preventDefault();
    else {
      if ((key === "ArrowUp" && event.altKey) || key === "Backspace") keys.goUp();
      else if (key === "End" && keys.loadAll) void keys.loadAll().then((all) => go(all.length - 1, event, all));
      else if (to !== null) go(to, event);
      else if (key === "a" && (event.ctrlKey || event.metaKey)) selection.selectAll();
      else if (key === " " && current) selection.toggle(keyOf(current));
      else if (key === "Enter" && current) keys.open(current);
      else if (key === "Escape") selection.clear();
      else return;
      event.preventDefault();
    }
  };
}
