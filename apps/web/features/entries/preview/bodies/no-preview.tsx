import { Download } from "lucide-react";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { buttonClass } from "@/components/button/button";
import { formatBytes } from "@/lib/format";
import { FileIcon } from "../../kind/file-icon";
import type { Previewable } from "../../kind/previewable";

type NoPreviewProps = { file: Previewable; downloadUrl: string; title?: string; children?: ReactNode };

/** Why nothing is shown, and the way to the file all the same. */
export function NoPreview({ file, downloadUrl, title, children }: NoPreviewProps) {
  const t = useTranslations("preview");
  return (
    <output className="flex max-w-full flex-col items-center gap-4 rounded-2xl bg-raised px-10 py-9 text-center text-ink shadow-float">
      <FileIcon file={file} className="size-16" />
      <span className="block">
        <span className="block font-medium">{title ?? t("none")}</span>
        <span className="block text-ink-muted">{formatBytes(file.fileSize)}</span>
      </span>
      <span className="flex flex-wrap justify-center gap-2">
        <a href={downloadUrl} download className={buttonClass({ variant: "primary" })}>
          <Download />
          {t("download")}
        </a>
        {children}
      </span>
    </output>
  );
}
