"use client";

import type { File } from "@holdfast/contract";
import { Download, FolderInput, Link2, Trash2 } from "lucide-react";
import { useTranslations } from "next-intl";
import { focusGrid } from "@/features/entries/grid/grid-focus";
import { SelectionAction, SelectionBar } from "@/features/entries/selection/selection-bar";
import type { Selection } from "@/features/entries/selection/use-selection";
import { allOffer, roleOffers } from "@/lib/file-roles";
import type { FileCommands } from "../actions/commands";

type SelectionActionsProps = {
  selection: Selection<File>;
  /** The whole folder has been read. */
  whole: boolean;
  commands: FileCommands;
};

/** What can be done with the selection, and how much it is: beside the filter, or where there is no room for both, at the foot of the list. */
export function SelectionActions({ selection, whole, commands }: SelectionActionsProps) {
  const t = useTranslations("files");
  const { selected: files, all, clear } = selection;
  const bytes = files.reduce((sum, file) => sum + file.fileSize, 0);
  const [first] = files;
  if (files.length === 0) return null;
  return (
    <SelectionBar
      count={files.length}
      more={all && !whole}
      bytes={bytes}
      onClear={() => {
        clear();
        focusGrid();
      }}
      className="max-lg:absolute max-lg:inset-x-0 max-lg:bottom-0 max-lg:z-10 max-lg:h-11 max-lg:w-full max-lg:rounded-none max-lg:border-t md:max-lg:rounded-b-2xl"
    >
      {files.length === 1 && first && roleOffers(first.role, "share") && (
        <SelectionAction label={t("share")} onClick={() => commands.share(first)} icon={<Link2 />} />
      )}
      <SelectionAction label={t("download")} onClick={() => commands.download(files)} icon={<Download />} />
      {allOffer(files, "change") && (
        <>
          <SelectionAction label={t("moveTo")} onClick={() => commands.move(files)} icon={<FolderInput />} />
          <SelectionAction label={t("moveToTrash")} onClick={() => commands.trash(files)} icon={<Trash2 />} />
        </>
      )}
    </SelectionBar>
  );
}
