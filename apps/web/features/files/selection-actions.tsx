"use client";

import type { File } from "@holdfast/contract";
import { Download, FolderInput, Link2, Trash2 } from "lucide-react";
import { useTranslations } from "next-intl";
import { SelectionAction, SelectionBar } from "@/features/entries/selection/selection-bar";
import type { FileCommands } from "./file-menu";

type SelectionActionsProps = { files: readonly File[]; more: boolean; commands: FileCommands; onClear: () => void };

/** What can be done with the selection, and how much it is: beside the filter, or where there is no room for both, at the foot of the list. */
export function SelectionActions({ files, more, commands, onClear }: SelectionActionsProps) {
  const t = useTranslations("files");
  const bytes = files.reduce((sum, file) => sum + file.fileSize, 0);
  const [first] = files;
  return (
    <SelectionBar
      count={files.length}
      more={more}
      bytes={bytes}
      onClear={onClear}
      className="max-lg:absolute max-lg:inset-x-0 max-lg:bottom-0 max-lg:z-10 max-lg:h-11 max-lg:w-full max-lg:rounded-none max-lg:border-t md:max-lg:rounded-b-2xl"
    >
      {files.length === 1 && first && (
        <SelectionAction label={t("share")} onClick={() => commands.share(first)} icon={<Link2 />} />
      )}
      <SelectionAction label={t("download")} onClick={() => commands.download(files)} icon={<Download />} />
      <SelectionAction label={t("moveTo")} onClick={() => commands.move(files)} icon={<FolderInput />} />
      <SelectionAction label={t("moveToTrash")} onClick={() => commands.trash(files)} icon={<Trash2 />} />
    </SelectionBar>
  );
}
