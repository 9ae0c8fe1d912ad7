"use client";

import { useEffect } from "react";
import type { FileActions } from "../actions/use-file-actions";
import { type DropData, isDragData, onceDraggable } from "./drag";

/** Entries that are dropped on a folder, wherever on the page it is, move into it. */
export function useDropOnFolders({ move }: Pick<FileActions, "move">): void {
  useEffect(
    () =>
      onceDraggable(({ monitorForElements }) =>
        monitorForElements({
          onDrop: ({ source, location }) => {
            const target = location.current.dropTargets[0]?.data as DropData | undefined;
            if (target?.type !== "folder" || !isDragData(source.data)) return;
            void move(source.data.files, target.folderId, target.name);
          },
        }),
      ),
    [move],
  );
}
