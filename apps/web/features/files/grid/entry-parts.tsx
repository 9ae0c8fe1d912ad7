"use client";

import type { File } from "@holdfast/contract";
import { Link2, MoreVertical } from "lucide-react";
import { useTranslations } from "next-intl";
import { type ReactNode, useRef } from "react";
import { FileName } from "@/components/text/file-name";
import { EndButton } from "@/features/entries/grid/entry-buttons";
import { cn } from "@/lib/cn";
import { roleOffers } from "@/lib/file-roles";
import { useFileDrag, useFolderDrop } from "../drag/drag";
import { outsideTarget } from "../drag/outside-drop";
import { openFolder } from "../navigation/navigation";
import { RenameInput } from "./rename-input";
import type { Renaming } from "./use-renaming";

/** What entries tell their grid; stable, so that a row draws again only when it itself changes. */
export type EntryHandlers = {
  toggle: (file: File) => void;
  menu: (file: File, anchor: Element) => void;
  renamed: (file: File, name: string | null) => void;
  dragged: (file: File) => readonly File[];
};

export type EntryProps = {
  file: File;
  index: number;
  selected: boolean;
  active: boolean;
  /** Its name is being changed. */
  renaming: Renaming | null;
  handlers: EntryHandlers;
};

export function entryId(id: string): string {
  return `entry-${id}`;
}

export function useEntryDrag(file: File, renaming: boolean, handlers: EntryHandlers) {
  const ref = useRef<HTMLDivElement>(null);
  const dragging = useFileDrag(ref, !renaming && roleOffers(file.role, "change"), () => handlers.dragged(file));
  const over = useFolderDrop(ref, {
    folderId: file.id,
    name: file.name,
    enabled: file.kind === "folder" && roleOffers(file.role, "add"),
    onSpring: () => openFolder(file.id),
  });
  const outside = file.kind === "folder" && roleOffers(file.role, "add") ? outsideTarget(file.id, file.name) : {};
  return { ref, dragging, over, outside };
}

export function MoreButton({ file, handlers }: Pick<EntryProps, "file" | "handlers">) {
  const t = useTranslations("files");
  return (
    <EndButton
      data-more=""
      aria-label={t("actionsFor", { name: file.name })}
      aria-haspopup="menu"
      onPress={(button) => handlers.menu(file, button)}
    >
      <MoreVertical />
    </EndButton>
  );
}

type NameProps = Pick<EntryProps, "file" | "renaming" | "handlers"> & {
  /** Tiles write smaller. */
  small?: boolean;
  /** What stands below the name. */
  children: ReactNode;
};

/** The name with its marks, or the field to rename it. */
export function EntryName({ file, renaming, handlers, small, children }: NameProps) {
  const t = useTranslations("files");
  if (renaming) {
    return (
      <RenameInput
        name={file.name}
        folder={file.kind === "folder"}
        renaming={renaming}
        onDone={(name) => handlers.renamed(file, name)}
      />
    );
  }
  return (
    <div className="min-w-0 flex-1">
      <div className="flex min-w-0 items-center gap-1.5">
        <FileName name={file.name} className={cn(small && "text-[0.8125rem] leading-5")} />
        {file.linkCount > 0 && (
          // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- it is drawn within the page, and has no address
          <Link2 role="img" aria-label={t("hasLinks")} className="size-3.5 shrink-0 text-accent-text" />
        )}
      </div>
      {children}
    </div>
  );
}
