"use client";

import type { File } from "@holdfast/contract";
import { useTranslations } from "next-intl";
import { toast } from "@/lib/toast";
import { hold, takeHeld } from "../actions/clipboard";
import type { MoveRequest } from "../actions/commands";
import { undoLast } from "../actions/undo";
import type { FileActions } from "../actions/use-file-actions";
import type { Folder } from "./use-folder";
import { usePageKeys } from "./use-page-keys";

type ShortcutParts = {
  folder: Pick<Folder, "id" | "name">;
  selected: readonly File[];
  actions: FileActions;
  help: () => void;
};

/** Ctrl+X, C, V and Z, and the help, anywhere on the files page. */
export function useFileShortcuts({ folder, selected, actions, help }: ShortcutParts): void {
  const t = useTranslations("files");
  const takeUp = (mode: MoveRequest["mode"]) => {
    if (selected.length === 0) return;
    hold({ mode, files: selected });
    toast(t(mode === "move" ? "cut" : "copyHeld", { count: selected.length }));
  };
  usePageKeys({
    undo: undoLast,
    cut: () => takeUp("move"),
    copy: () => takeUp("copy"),
    paste: () => {
      const held = takeHeld();
      if (held) void actions[held.mode](held.files, folder.id, folder.name);
    },
    help,
  });
}
