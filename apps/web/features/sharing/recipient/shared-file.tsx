"use client";

import type { PublicFile } from "@holdfast/contract";
import { getPublicContent } from "@holdfast/contract/client";
import { Download, Eye } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button, buttonClass } from "@/components/button/button";
import { FileIcon } from "@/features/entries/kind/file-icon";
import { kindOf } from "@/features/entries/kind/kind";
import { canPreview } from "@/features/entries/kind/previewable";
import { Preview } from "@/features/entries/preview/lazy";
import { urlOf } from "@/lib/api";
import { formatBytes } from "@/lib/format";
import { visibleName } from "@/lib/safe-name";
import { LimitReached } from "./limit-reached";
import type { PublicShareInfo } from "./public-share";
import { RecipientFrame } from "./recipient-frame";
import { SharedBy } from "./shared-by";
import { useGrants } from "./use-grants";
import { usePreview } from "./use-preview";

type SharedFileProps = { token: string; share: PublicShareInfo; file: PublicFile };

export function SharedFile({ token, share, file }: SharedFileProps) {
  const t = useTranslations("recipient");
  const grants = useGrants(token, share);
  const [broken, setBroken] = useState(false);
  const url = (disposition: "inline" | "attachment") =>
    urlOf(getPublicContent, { params: { token }, query: { disposition } });
  const [preview, setPreview] = usePreview(grants, () => url("inline"));
  const shown = canPreview(file) && grants.ready && grants.mayPreview(file.id);
  const mayDownload = grants.mayDownload(file.id);
  const picture = shown && kindOf(file) === "image" && file.fileSize < 12_000_000 && !broken;
  return (
    <RecipientFrame>
      <div className="flex flex-col items-center text-center">
        {picture ? (
          <button
            type="button"
            onClick={() => void setPreview(file)}
            aria-label={t("preview")}
            className="mb-5 overflow-hidden rounded-xl border bg-sunken"
          >
            <img
              src={url("inline")}
              alt={visibleName(file.name)}
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
        <SharedBy share={share} left={grants.left} />
        {grants.ready && grants.left === 0 && (
          <LimitReached sender={share.sender} again={mayDownload} className="mt-6 w-full" />
        )}
        {mayDownload && (
          <a
            href={url("attachment")}
            download
            onClick={grants.refresh}
            className={buttonClass({ variant: "primary", size: "lg", className: "mt-6 w-full" })}
          >
            <Download />
            {t(grants.left === 0 ? "downloadAgain" : "download")}
          </a>
        )}
        {shown && !picture && (
          <Button variant="ghost" size="lg" className="mt-2 w-full" onClick={() => void setPreview(file)}>
            <Eye />
            {t("preview")}
          </Button>
        )}
      </div>
      <Preview
        file={preview}
        files={[file]}
        onChange={(next) => void setPreview(next)}
        urlOf={(_, disposition) => url(disposition)}
        mayDownload={mayDownload}
        onDownload={grants.refresh}
      />
    </RecipientFrame>
  );
}
