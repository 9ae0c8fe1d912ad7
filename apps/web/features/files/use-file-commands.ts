"use client";

import type { File } from "@holdfast/contract";
import { useMemo, useRef } from "react";
import { focusGrid } from "@/features/entries/grid/grid-focus";
import type { Selection } from "@/features/entries/selection/use-selection";
import type { FileCommands } from "./file-menu";
import type { FolderListing } from "./listing";
import type { MoveRequest } from "./move-dialog";
import { openFolder } from "./navigation";
import type { FileActions } from "./use-file-actions";

type CommandParts = {
  selection: Selection<File>;
  listing: FolderListing;
  actions: FileActions;
  onPreview: (file: File) => void;
  onDetails: (file: File) => void;
  onShare: (file: File) => void;
  onRename: (file: File) => void;
  onMove: (request: MoveRequest) => void;
};

/** The commands of menu, keys and selection bar. "Everything" means also what has not been read yet. */
export function useFileCommands(parts: CommandParts): FileCommands {
  const latest = useRef(parts);
  latest.current = parts;
  return useMemo<FileCommands>(() => {
    const whole = async (files: readonly File[]): Promise<readonly File[]> => {
      const { selection, listing } = latest.current;
      if (!selection.all || files !== selection.selected) return files;
      const everything = await listing.loadAll();
      return everything.filter((file) => !selection.except.has(file.id));
    };
    return {
      open: (file) => (file.kind === "folder" ? openFolder(file.id) : latest.current.onPreview(file)),
      download: (files) => void whole(files).then(latest.current.actions.download),
      share: (file) => latest.current.onShare(file),
      rename: (file) => latest.current.onRename(file),
      details: (file) => latest.current.onDetails(file),
      move: (files) => void whole(files).then((all) => latest.current.onMove({ mode: "move", files: all })),
      copy: (files) => void whole(files).then((all) => latest.current.onMove({ mode: "copy", files: all })),
      trash: (files) =>
        void whole(files).then((all) => {
          latest.current.selection.reset();
          focusGrid();
          return latest.current.actions.trash(all);
        }),
    };
  }, []);
}
