"use client";

import { CircleAlert, CircleCheck, FolderOpen, Pause, Play, RotateCw, X } from "lucide-react";
import { useTranslations } from "next-intl";
import { Button } from "@/components/button/button";
import { IconButton } from "@/components/button/icon-button";
import { Progress } from "@/components/feedback/progress";
import { FileName } from "@/components/text/file-name";
import { FileIcon } from "@/features/entries/kind/file-icon";
import { formatBytes } from "@/lib/format";
import type { UploadEngine } from "../engine";
import type { UploadItem } from "../types";

type RowProps = { engine: UploadEngine; item: UploadItem; onShow: (item: UploadItem) => void };

/** Drawn with the list, four times a second: items change in place. */
export function TrayRow({ engine, item, onShow }: RowProps) {
  const t = useTranslations("uploads");
  const share = item.size > 0 ? item.sent / item.size : 0;
  const large = item.status === "sending" && item.stop && item.sent > 0 && item.sent < item.size;
  const note =
    item.status === "sending"
      ? large
        ? `${t("ofBytes", { sent: formatBytes(item.sent), all: formatBytes(item.size) })}${item.rate ? ` · ${formatBytes(item.rate)}/s` : ""}`
        : t("status.sending")
      : item.status === "failed"
        ? (item.error ?? t("status.failed"))
        : `${item.status === "done" ? "" : `${t(`status.${item.status}`)} · `}${formatBytes(item.size)}`;
  return (
    <div className="flex h-full items-center gap-3 pr-2 pl-4">
      <FileIcon file={{ name: item.name, kind: "file", fileType: item.file?.type ?? null }} className="size-5" />
      <div className="min-w-0 flex-1">
        <p className="flex text-[0.8125rem] leading-5" title={item.dir ? `${item.dir}/${item.name}` : item.name}>
          {/* The name is what people look for: of a long path, the folders give way first. */}
          {item.dir && (
            <>
              <span className="min-w-6 shrink-[1000] truncate text-ink-muted">{item.dir}</span>
              <span className="shrink-0 text-ink-muted">/</span>
            </>
          )}
          <FileName name={item.name} className="min-w-0" />
        </p>
        {large && <Progress className="my-0.5 h-1" label={item.name} value={share} />}
        <p
          className={`truncate text-xs leading-4 tabular-nums ${item.status === "failed" ? "text-danger" : "text-ink-muted"}`}
          title={note}
        >
          {note}
        </p>
      </div>
      {item.status === "done" && (
        <>
          {item.fileId && (
            <IconButton
              label={t("showInFolder")}
              spoken={t("showInFolderName", { name: item.name })}
              size="icon-sm"
              onClick={() => onShow(item)}
            >
              <FolderOpen />
            </IconButton>
          )}
          {/* oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- it is drawn within the page, and has no address */}
          <CircleCheck role="img" aria-label={t("status.done")} className="mr-2 size-5 text-success" />
        </>
      )}
      {item.status === "failed" && (
        <>
          <CircleAlert aria-hidden="true" className="size-4.5 text-danger" />
          <Button
            variant="ghost"
            size="icon-sm"
            aria-label={t("retryName", { name: item.name })}
            onClick={() => engine.retry([item])}
          >
            <RotateCw />
          </Button>
        </>
      )}
      {item.status === "paused" && (
        <Button
          variant="ghost"
          size="icon-sm"
          aria-label={t("resumeName", { name: item.name })}
          onClick={() => engine.retry([item])}
        >
          <Play />
        </Button>
      )}
      {large && (
        <Button
          variant="ghost"
          size="icon-sm"
          aria-label={t("pauseName", { name: item.name })}
          onClick={() => engine.pauseItem(item)}
        >
          <Pause />
        </Button>
      )}
      {item.status !== "done" && item.status !== "skipped" && (
        <Button
          variant="ghost"
          size="icon-sm"
          aria-label={t("cancelName", { name: item.name })}
          onClick={() => engine.cancelItem(item)}
        >
          <X />
        </Button>
      )}
    </div>
  );
}
