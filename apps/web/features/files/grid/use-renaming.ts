"use client";

import type { File } from "@holdfast/contract";
import { useState } from "react";
import { focusGrid } from "@/features/entries/grid/grid-focus";
import type { FileActions } from "../actions/use-file-actions";

/** The entry whose name is a field. `typed` and `problem`: what was refused, and why. */
export type Renaming = { id: string; typed?: string; problem?: string; busy?: boolean };

/**
 * Which entry is being renamed. A new name shows at once and the field closes, unless the name is seen to be taken: then the field waits for
 * the answer. What the server refuses opens the field again, with what was typed.
 */
export function useRenaming(items: readonly File[], actions: Pick<FileActions, "rename">) {
  const [renaming, setRenaming] = useState<Renaming | null>(null);
  const close = () => {
    setRenaming(null);
    focusGrid();
  };
  const finish = async (file: File, name: string | null) => {
    if (name === null) return close();
    const wanted = name.toLocaleLowerCase();
    const taken = items.some((other) => other.id !== file.id && other.name.toLocaleLowerCase() === wanted);
    if (taken) setRenaming({ id: file.id, typed: name, busy: true });
    else close();
    const problem = await actions.rename(file, name);
    if (problem) setRenaming({ id: file.id, typed: name, problem });
    else if (taken) close();
  };
  return {
    renaming,
    begin: (file: File) => setRenaming({ id: file.id }),
    finish: (file: File, name: string | null) => void finish(file, name),
    reset: () => setRenaming(null),
  };
}
