"use client";

import type { PublicFile } from "@holdfast/contract";
import { Download } from "lucide-react";
import { useTranslations } from "next-intl";
import type { MouseEvent } from "react";
import { buttonClass } from "@/components/button/button";
import { EntryLine } from "@/features/entries/list/entry-line";
import { visibleName } from "@/lib/safe-name";

type SharedRowProps = {
  file: PublicFile;
  href: string;
  onOpen: (event: MouseEvent) => void;
  /** False where the link is used up: the name stays, and nothing can be pressed. */
  mayOpen: boolean;
  download: string;
  mayDownload: boolean;
  onDownload: () => void;
};

/** One entry of a shared folder: opened by its name, saved by its button. */
export function SharedRow({ file, href, onOpen, mayOpen, download, mayDownload, onDownload }: SharedRowProps) {
  const t = useTranslations("recipient");
  const frame = "flex min-w-0 flex-1 items-center gap-3.5 rounded-md py-2.5 pl-5";
  return (
    <li className="flex items-center gap-2 pr-2 hover:bg-hover/60">
      {mayOpen ? (
        <a href={href} onClick={onOpen} className={`${frame} focus-visible:-outline-offset-2`}>
          <EntryLine entry={file} />
        </a>
      ) : (
        <div className={frame}>
          <EntryLine entry={file} />
        </div>
      )}
      {mayDownload && (
        <a
          href={download}
          download
          onClick={onDownload}
          aria-label={t("downloadName", { name: visibleName(file.name) })}
          className={buttonClass({ variant: "ghost", size: "icon", className: "text-ink-muted" })}
        >
          <Download />
        </a>
      )}
    </li>
  );
}
