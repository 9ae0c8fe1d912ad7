"use client";

import type { File } from "@holdfast/contract";
import { Download, FolderInput, Link2, Trash2, X } from "lucide-react";
import { useTranslations } from "next-intl";
import { buttonClass } from "@/components/button";
import { Tooltip } from "@/components/tooltip";
import { formatBytes } from "@/lib/format";
import type { FileCommands } from "./file-menu";

type SelectionActionsProps = { files: readonly File[]; more: boolean; commands: FileCommands; onClear: () => void };

/** What can be done with the selection, and how much it is. */
export function SelectionActions({ files, more, commands, onClear }: SelectionActionsProps) {
  const t = useTranslations("files");
  const bytes = files.reduce((sum, file) => sum + file.fileSize, 0);
  const [first] = files;
  const actions = [
    { key: "share", icon: <Link2 />, run: () => first && commands.share(first), hidden: files.length !== 1 },
    { key: "download", icon: <Download />, run: () => commands.download(files), hidden: false },
    { key: "moveTo", icon: <FolderInput />, run: () => commands.move(files), hidden: false },
    { key: "moveToTrash", icon: <Trash2 />, run: () => commands.trash(files), hidden: false },
    { key: "clearSelection", icon: <X />, run: onClear, hidden: false },
  ].filter((action) => !action.hidden);
  return (
    <div className="order-last flex h-9 w-full items-center rounded-lg bg-accent-soft pr-0.5 pl-3.5 sm:order-none sm:w-auto">
      <p className="mr-auto truncate font-medium text-[0.8125rem] sm:mr-2" aria-live="polite">
        {t("selected", { count: files.length })}
        {more && "+"}
        {bytes > 0 && <span className="font-normal text-ink-muted"> · {formatBytes(bytes)}</span>}
      </p>
      {actions.map((action) => (
        <Tooltip key={action.key} label={t(action.key)}>
          <button
            type="button"
            onClick={action.run}
            aria-label={t(action.key)}
            className={buttonClass({ variant: "ghost", size: "icon-sm", className: "hover:bg-selected" })}
          >
            {action.icon}
          </button>
        </Tooltip>
      ))}
    </div>
  );
}
