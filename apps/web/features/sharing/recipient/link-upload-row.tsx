"use client";

import { CircleAlert, CircleCheck, RotateCw } from "lucide-react";
import { useTranslations } from "next-intl";
import { Button, Spinner } from "@/components/button/button";
import { Progress } from "@/components/feedback/progress";
import { FileName } from "@/components/text/file-name";
import { FileIcon } from "@/features/entries/kind/file-icon";
import { formatBytes } from "@/lib/format";
import { visibleName } from "@/lib/safe-name";
import type { LinkUpload } from "./link-uploads";

/** A file on its way to a link, or there. */
export function LinkUploadRow({ item, onRetry }: { item: LinkUpload; onRetry: () => void }) {
  const t = useTranslations("recipient");
  const { file, status } = item;
  return (
    <li className="flex items-center gap-3 px-3 py-2">
      <FileIcon file={{ name: file.name, kind: "file", fileType: file.type }} className="size-5" />
      <div className="min-w-0 flex-1">
        <FileName name={file.name} className="text-sm" />
        {status === "sending" ? (
          <Progress
            className="my-1.5 h-1"
            label={visibleName(file.name)}
            value={file.size ? item.sent / file.size : 0}
          />
        ) : (
          <p className={status === "failed" ? "text-danger text-xs" : "text-ink-muted text-xs"}>
            {status === "failed"
              ? (item.error ?? t("sendFailed"))
              : [formatBytes(file.size), status !== "done" && t("waiting")].filter(Boolean).join(" · ")}
          </p>
        )}
      </div>
      {status === "sending" && <Spinner />}
      {status === "done" && (
        // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- it is drawn within the page, and has no address
        <CircleCheck role="img" aria-label={t("sent")} className="size-5 text-success" />
      )}
      {status === "failed" && (
        <>
          <CircleAlert aria-hidden="true" className="size-4.5 text-danger" />
          <Button
            variant="ghost"
            size="icon-sm"
            aria-label={t("retry", { name: visibleName(file.name) })}
            onClick={onRetry}
          >
            <RotateCw />
          </Button>
        </>
      )}
    </li>
  );
}
