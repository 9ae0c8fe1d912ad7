"use client";

import type { TrashedFile } from "@holdfast/contract";
import { RotateCcw, Trash2 } from "lucide-react";
import { useTranslations } from "next-intl";
import { IconButton } from "@/components/button/icon-button";
import { FileName } from "@/components/text/file-name";
import { useSession } from "@/features/auth/session";
import { FileIcon } from "@/features/entries/kind/file-icon";
import { cn } from "@/lib/cn";
import { formatBytes } from "@/lib/format";
import { visibleName } from "@/lib/safe-name";

const dayMs = 86_400_000;
/** A path without its last name; empty for what was in the root folder. */
const folderOf = (path: string) => path.slice(0, path.lastIndexOf("/"));

type TrashRowProps = {
  item: TrashedFile;
  /** Whose trash it is, where it is a team's. */
  team: string | undefined;
  /** When the list was read, ms. */
  now: number;
  chosen: boolean;
  onToggle: () => void;
  onOpen: () => void;
  onRestore: () => void;
  onDestroy: () => void;
};

export function TrashRow({ item, team, now, chosen, onToggle, onOpen, onRestore, onDestroy }: TrashRowProps) {
  const t = useTranslations("trash");
  const files = useTranslations("files");
  const { user: me } = useSession();
  const left = Math.max(0, Math.ceil((Date.parse(item.deletesAt) - now) / dayMs));
  return (
    <li
      className={cn(
        "flex items-center gap-3 px-4 py-2 short:py-1 sm:px-6",
        chosen ? "bg-selected" : "hover:bg-hover/60",
      )}
    >
      <input
        type="checkbox"
        checked={chosen}
        onChange={onToggle}
        aria-label={t("choose", { name: item.name })}
        className="size-4.5 shrink-0 accent-(--accent)"
      />
      <FileIcon file={item} />
      <div className="min-w-0 flex-1">
        <button type="button" onClick={onOpen} className="block max-w-full rounded-sm text-left hover:underline">
          <FileName name={item.name} className="leading-6" />
        </button>
        <p className="truncate text-ink-muted text-xs">
          <span className="sm:hidden">{t("daysLeft", { count: left })} · </span>
          {t("wasIn", { folder: (team ?? files("root")) + visibleName(folderOf(item.originalPath)) })}
          {item.trashedBy && item.trashedBy.id !== me?.id && ` · ${t("byWhom", { name: item.trashedBy.name })}`}
          {item.kind === "file" && ` · ${formatBytes(item.fileSize)}`}
        </p>
      </div>
      <span className={cn("hidden shrink-0 text-xs sm:block", left <= 3 ? "text-danger" : "text-ink-muted")}>
        {t("daysLeft", { count: left })}
      </span>
      <IconButton label={t("restore")} spoken={t("restoreName", { name: item.name })} onClick={onRestore}>
        <RotateCcw />
      </IconButton>
      <IconButton
        label={t("destroy")}
        spoken={t("destroyName", { name: item.name })}
        variant="danger-ghost"
        onClick={onDestroy}
      >
        <Trash2 />
      </IconButton>
    </li>
  );
}
