"use client";

import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { Spinner } from "@/components/button/button";
import { FileName } from "@/components/text/file-name";
import { FolderGlyph } from "@/features/entries/kind/file-icon";
import { problemOf } from "@/lib/api";
import { cn } from "@/lib/cn";
import { visibleName } from "@/lib/safe-name";
import { type FoundFolder, findFolders, type Target } from "./targets";

export const foundId = "found-folders";
export const optionId = (id: string | null) => `found-${id}`;

export function useFoundFolders(q: string) {
  return useQuery({
    queryKey: ["folders", "found", q],
    queryFn: ({ signal }) => findFolders(q, signal),
    enabled: q !== "",
    placeholderData: (before) => before,
  });
}

type FoundFoldersProps = {
  q: string;
  found: ReturnType<typeof useFoundFolders>;
  target: Target;
  onTarget: (target: Target) => void;
  isDisabled: (folder: FoundFolder) => boolean;
};

/** Folders whose names fit what was typed, each with its path. The field above has the focus, and moves the choice. */
export function FoundFolders({ q, found, target, onTarget, isDisabled }: FoundFoldersProps) {
  const t = useTranslations("files");
  const folders = found.data ?? [];
  if (found.error) return <p className="p-4 text-center text-danger">{problemOf(found.error).message}</p>;
  if (found.isPending) {
    return (
      <div className="grid h-full place-items-center">
        <Spinner className="size-5 text-ink-muted" />
      </div>
    );
  }
  if (folders.length === 0) return <p className="p-6 text-center text-ink-muted">{t("noFolderFound", { query: q })}</p>;
  return (
    // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- a field chooses in it by keys, which the tags cannot be made to do
    <div role="listbox" id={foundId} aria-label={t("folders")} className="h-full overflow-y-auto p-1">
      {folders.map((folder) => {
        const chosen = folder.id === target.id;
        const disabled = isDisabled(folder);
        return (
          // oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- the field above takes the keys
          <div
            key={folder.id}
            id={optionId(folder.id)}
            // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- as its list
            role="option"
            tabIndex={-1}
            aria-selected={chosen}
            aria-disabled={disabled || undefined}
            onClick={() => !disabled && onTarget(folder)}
            className={cn(
              "flex min-h-11 cursor-default select-none items-center gap-2.5 rounded-md px-2.5 py-1",
              chosen ? "bg-selected" : !disabled && "hover:bg-hover",
              disabled && "opacity-50",
            )}
          >
            <FolderGlyph className="size-5 shrink-0" />
            <span className="min-w-0 flex-1">
              <FileName name={folder.name} className="leading-5" />
              <span className="block truncate text-ink-muted text-xs leading-4">{visibleName(folder.path)}</span>
            </span>
          </div>
        );
      })}
    </div>
  );
}
