"use client";

import type { File } from "@holdfast/contract";
import { useMemo, useRef } from "react";
import { focusGrid } from "@/features/entries/grid/grid-focus";
import type { Selection } from "@/features/entries/selection/use-selection";
import { allOffer, roleOffers } from "@/lib/file-roles";
import type { FolderListing } from "../listing/listing";
import { openFolder } from "../navigation/navigation";
import type { FileCommands, MoveRequest } from "./commands";
import type { FileActions } from "./use-file-actions";

type CommandParts = {
  selection: Selection<File>;
  listing: FolderListing;
  actions: FileActions;
  /** Opens what a command opens. */
  show: {
    preview: (file: File) => void;
    details: (file: File) => void;
    sharing: (file: File) => void;
    moving: (request: MoveRequest) => void;
  };
  onRename: (file: File) => void;
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
      open: (file) => (file.kind === "folder" ? openFolder(file.id) : latest.current.show.preview(file)),
      download: (files) => void whole(files).then(latest.current.actions.download),
      share: (file) => latest.current.show.sharing(file),
      // Keys reach what no menu offers: F2 and Delete.
      rename: (file) => roleOffers(file.role, "change") && latest.current.onRename(file),
      details: (file) => latest.current.show.details(file),
      move: (files) => void whole(files).then((all) => latest.current.show.moving({ mode: "move", files: all })),
      copy: (files) => void whole(files).then((all) => latest.current.show.moving({ mode: "copy", files: all })),
      trash: (files) =>
        void whole(files).then((all) => {
          if (!allOffer(all, "change")) return;
          latest.current.selection.reset();
          focusGrid();
          return latest.current.actions.trash(all);
        }),
    };
  }, []);
}
