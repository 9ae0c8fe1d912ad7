import { FolderSearch } from "lucide-react";
import { useTranslations } from "next-intl";
import { Tooltip } from "@/components/button/tooltip";
import { FileName } from "@/components/text/file-name";
import { Time } from "@/components/text/time";
import { FileIcon } from "@/features/entries/kind/file-icon";
import { kindOf } from "@/features/entries/kind/kind";
import type { SearchHit } from "@/features/entries/search/use-search";
import { formatBytes } from "@/lib/format";
import { pathAbove } from "./links";

type RowProps = { file: SearchHit; onOpen: () => void; onShowInFolder: () => void };

/** What was found: its name opens it, and beside it is the way to the folder that it is in. */
export function SearchRow({ file, onOpen, onShowInFolder }: RowProps) {
  const t = useTranslations("search");
  return (
    <li className="flex items-center gap-3 px-4 py-1.5 [contain-intrinsic-size:auto_3.25rem] [content-visibility:auto] hover:bg-hover/60 sm:px-6">
      <FileIcon file={file} />
      <button type="button" onClick={onOpen} className="min-w-0 flex-1 rounded-md py-0.5 text-left">
        <FileName name={file.name} className="font-medium leading-5" />
        <span className="block truncate text-ink-muted text-xs leading-4">
          <bdi>{pathAbove(file.filePath)}</bdi>
        </span>
      </button>
      <span className="hidden w-28 truncate text-ink-muted text-sm lg:block">
        {t(`one.${file.kind === "folder" ? "folder" : kindOf(file)}`)}
      </span>
      <span className="hidden w-20 text-right text-ink-muted text-sm tabular-nums sm:block">
        {file.kind === "file" && formatBytes(file.fileSize)}
      </span>
      <span className="hidden w-36 text-right text-ink-muted text-sm md:block">
        <Time at={file.lastModified} />
      </span>
      <Tooltip label={t("showInFolder")}>
        <button
          type="button"
          onClick={onShowInFolder}
          aria-label={t("showInFolderOf", { name: file.name })}
          className="grid size-10 shrink-0 place-items-center rounded-lg text-ink-muted hover:bg-hover hover:text-ink [&_svg]:size-4.5"
        >
          <FolderSearch />
        </button>
      </Tooltip>
    </li>
  );
}
