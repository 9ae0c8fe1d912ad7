"use client";

import type { File } from "@holdfast/contract";
import { type KeyboardEvent, useRef } from "react";
import type { Selection } from "@/features/entries/use-selection";
import type { FileCommands } from "./file-menu";

type GridKeys = {
  items: readonly File[];
  selection: Selection<File>;
  commands: FileCommands;
  /** Entries beside each other; 1 in the list. */
  columns: number;
  /** Whole rows that fit on the screen. */
  pageRows: number;
  scrollTo: (index: number) => void;
  /** Reads the rest of the folder, for End and jumps. */
  loadAll: () => Promise<readonly File[]>;
  openMenu: (files: readonly File[], anchor: Element | null) => void;
  goUp: () => void;
};

const typeAheadMs = 700;
const nothingTyped = { text: "", at: Number.NEGATIVE_INFINITY };

/** The keys of the grid: those of a file manager, on a single focus that points at the active entry. */
export function useGridKeys(grid: GridKeys) {
  const { items, selection, commands, columns, pageRows, scrollTo } = grid;
  const typed = useRef(nothingTyped);

  const go = (index: number, event: KeyboardEvent, list = items) => {
    const file = list[Math.max(0, Math.min(list.length - 1, index))];
    if (!file) return;
    if (event.shiftKey) selection.selectRange(file.id);
    else if (event.ctrlKey || event.metaKey) selection.moveActive(file.id);
    else selection.selectOnly(file.id);
    scrollTo(list.indexOf(file));
  };

  // When a key was pressed, not when it is handled: a busy page must not tear apart what was typed in one go.
  const isTyping = (event: KeyboardEvent) => event.timeStamp - typed.current.at <= typeAheadMs;
  const typeAhead = (event: KeyboardEvent, current: number) => {
    const fresh = !isTyping(event);
    const text = (fresh ? "" : typed.current.text) + event.key.toLocaleLowerCase();
    typed.current = { text, at: event.timeStamp };
    const from = fresh ? current + 1 : Math.max(0, current);
    for (let step = 0; step < items.length; step++) {
      const index = (from + step) % items.length;
      const file = items[index];
      if (file?.name.slice(0, text.length).toLocaleLowerCase().startsWith(text)) {
        selection.selectOnly(file.id);
        scrollTo(index);
        return;
      }
    }
  };

  return (event: KeyboardEvent<HTMLDivElement>) => {
    if (event.target !== event.currentTarget) return;
    const active = items.findIndex((item) => item.id === selection.activeId);
    const current = items[active];
    const targets = selection.selected.length > 0 ? selection.selected : current ? [current] : [];
    const command = event.ctrlKey || event.metaKey;
    const { key } = event;
    const steps: Record<string, number> = {
      ArrowDown: active < 0 ? 0 : active + columns < items.length ? active + columns : active,
      ArrowUp: active < 0 ? 0 : active - columns >= 0 ? active - columns : active,
      PageDown: Math.min(items.length - 1, active + pageRows * columns),
      PageUp: Math.max(0, active - pageRows * columns),
      Home: 0,
    };
    // Any other key ends what was being typed.
    if (key.length > 1 && key !== "Shift") typed.current = nothingTyped;
    if (key === "ArrowUp" && event.altKey) grid.goUp();
    else if (key in steps) go(steps[key] ?? 0, event);
    else if (key === "ArrowRight" && columns > 1) go(active + 1, event);
    else if (key === "ArrowLeft" && columns > 1) go(Math.max(0, active - 1), event);
    else if (key === "End") {
      event.persist();
      void grid.loadAll().then((all) => go(all.length - 1, event, all));
    } else if (key === "a" && command) selection.selectAll();
    else if (key === " " && typed.current.text && isTyping(event)) typeAhead(event, active);
    else if (key === " " && current) selection.toggle(current.id);
    else if (key === "Enter" && current) commands.open(current);
    else if (key === "F2" && current) commands.rename(current);
    else if (key === "Delete" && targets.length > 0) commands.trash(targets);
    else if (key === "Backspace") grid.goUp();
    else if (key === "Escape") selection.clear();
    else if (key === "ContextMenu" || (key === "F10" && event.shiftKey)) {
      grid.openMenu(targets, current ? document.getElementById(`entry-${current.id}`) : null);
    } else if (key.length === 1 && key !== "?" && !command && !event.altKey) typeAhead(event, active);
    else return;
    event.preventDefault();
  };
}
