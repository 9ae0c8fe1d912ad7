"use client";

import { getPublicContent, type PublicFile } from "@holdfast/contract";
import { Download, Eye } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button, buttonClass } from "@/components/button";
import { FileIcon } from "@/features/files/file-icon";
import { kindOf } from "@/features/files/kind";
import { Preview } from "@/features/files/lazy";
import { canPreview } from "@/features/files/preview-body";
import { urlOf } from "@/lib/api";
import { formatBytes } from "@/lib/format";
import { visibleName } from "@/lib/safe-name";
import type { PublicShareInfo } from "./public-share";
import { RecipientFrame } from "./recipient-frame";
import { SharedBy } from "./shared-by";

type SharedFileProps = { token: string; share: PublicShareInfo; file: PublicFile };

export function SharedFile({ token, share, file }: SharedFileProps) {
  const t = useTranslations("recipient");
  const [preview, setPreview] = useState<PublicFile | null>(null);
  const [broken, setBroken] = useState(false);
  const url = (disposition: "inline" | "attachment") =>
    urlOf(getPublicContent, { params: { token }, query: { disposition } });
  const picture = kindOf(file) === "image" && canPreview(file) && file.fileSize < 12_000_000 && !broken;
  return (
    <RecipientFrame>
      <div className="flex flex-col items-center text-center">
        {picture ? (
          <button
            type="button"
            onClick={() => setPreview(file)}
            aria-label={t("preview")}
            className="mb-5 overflow-hidden rounded-xl border bg-sunken"
          >
            <img
              src={url("inline")}
              alt={file.name}
              onError={() => setBroken(true)}
              className="max-h-72 min-h-24 w-full object-contain"
            />
          </button>
        ) : (
          <div className="mb-5 grid size-24 place-items-center rounded-2xl bg-sunken">
            <FileIcon file={file} className="size-12" />
          </div>
        )}
        <h1 className="max-w-full break-words font-semibold text-lg leading-6">{visibleName(file.name)}</h1>
        <p className="mt-1 mb-1 font-medium tabular-nums">{formatBytes(file.fileSize)}</p>
        <SharedBy share={share} />
        {share.downloadsLeft === 0 ? (
          <p role="status" className="mt-6 rounded-lg bg-warning-soft px-4 py-3 text-warning">
            {t("exhausted")}
          </p>
        ) : (
          <a
            href={url("attachment")}
            download
            className={buttonClass({ variant: "primary", size: "lg", className: "mt-6 w-full" })}
          >
            <Download />
            {t("download")}
          </a>
        )}
        {canPreview(file) && !picture && (
          <Button variant="ghost" size="lg" className="mt-2 w-full" onClick={() => setPreview(file)}>
            <Eye />
            {t("preview")}
          </Button>
        )}
      </div>
      <Preview file={preview} files={[file]} onChange={setPreview} urlOf={(_, disposition) => url(disposition)} />
    </RecipientFrame>
  );
}
