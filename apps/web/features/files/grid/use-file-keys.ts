"use client";

import type { File } from "@holdfast/contract";
import type { KeyboardEvent } from "react";
import { useTypeAhead } from "@/features/entries/grid/type-ahead";
import type { KeyPlace } from "@/features/entries/grid/use-grid-keys";
import type { FileCommands } from "../actions/commands";
import { entryId } from "./entry-parts";

/** The keys of the list of files beside those of every list: names, what is done to files, and their menu. */
export function useFileKeys(
  items: readonly File[],
  commands: FileCommands,
  openMenu: (files: readonly File[], anchor: Element | null) => void,
) {
  const typeAhead = useTypeAhead(items);
  return (event: KeyboardEvent, { active, current, targets, moveTo }: KeyPlace<File>): boolean => {
    const { key } = event;
    if (typeAhead(event, active, moveTo)) return true;
    if (key === "F2" && current) commands.rename(current);
    else if (key === "Delete" && targets.length > 0) commands.trash(targets);
    else if (key === "ContextMenu" || (key === "F10" && event.shiftKey)) {
      openMenu(targets, current ? document.getElementById(entryId(current.id)) : null);
    } else return false;
    return true;
  };
}
