"use client";

import { Dialog as Base } from "@base-ui/react/dialog";
import { ChevronLeft, ChevronRight, Download, Info, Link2, X } from "lucide-react";
import { useTranslations } from "next-intl";
import { type KeyboardEvent, useRef } from "react";
import { buttonClass } from "@/components/button/button";
import { Tooltip } from "@/components/button/tooltip";
import { FileName } from "@/components/text/file-name";
import { useClosedByBack } from "@/lib/use-closed-by-back";
import { FileIcon } from "../kind/file-icon";
import type { Previewable } from "../kind/previewable";
import { PreviewBody } from "./preview-body";

type PreviewProps<F extends Previewable> = {
  file: F | null;
  /** What the arrow keys walk through. */
  files: readonly F[];
  onChange: (file: F | null) => void;
  urlOf: (file: F, disposition: "inline" | "attachment") => string;
  onShare?: (file: F) => void;
  onDetails?: (file: F) => void;
  /** False: it may be looked at, and not saved. */
  mayDownload?: boolean;
  onDownload?: () => void;
};

/** One file over everything else; arrow keys go to its neighbours, Escape and the browser's Back close it. */
export function Preview<F extends Previewable>(props: PreviewProps<F>) {
  const { file: opened, files, onChange, urlOf, onShare, onDetails, mayDownload = true, onDownload } = props;
  const t = useTranslations("preview");
  const popup = useRef<HTMLDivElement>(null);
  const index = opened ? files.findIndex((other) => other.id === opened.id) : -1;
  // As the list knows it now: it may have been renamed since it was opened.
  const file = files[index] ?? opened;
  const previous = index > 0 ? files[index - 1] : undefined;
  const next = index >= 0 ? files[index + 1] : undefined;
  useClosedByBack(opened !== null, () => onChange(null));
  const step = (by: -1 | 1) => {
    const to = by < 0 ? previous : next;
    if (to) onChange(to);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if ((event.target as Element).closest("video, audio, pre, input")) return;
    if (event.key === "ArrowLeft") step(-1);
    if (event.key === "ArrowRight") step(1);
  };
  return (
    <Base.Root open={file !== null} onOpenChange={(open) => !open && onChange(null)}>
      <Base.Portal>
        <Base.Popup
          ref={popup}
          initialFocus={popup}
          onKeyDown={onKeyDown}
          className="fade fixed inset-0 z-50 flex flex-col bg-[oklch(0.16_0.012_215)] text-[oklch(0.96_0.005_200)] outline-none"
        >
          {file && (
            <>
              <div className="flex h-14 shrink-0 items-center gap-1 px-3">
                <FileIcon file={file} className="mr-2 ml-1 text-inherit" />
                <Base.Title className="min-w-0 flex-1 font-medium">
                  <FileName name={file.name} />
                </Base.Title>
                {files.length > 1 && index >= 0 && (
                  <p className="shrink-0 px-2 text-sm tabular-nums opacity-80">
                    {t("position", { at: index + 1, all: files.length })}
                  </p>
                )}
                <Base.Description className="sr-only">{t("hint")}</Base.Description>
                {onDetails && (
                  <Tooltip label={t("details")}>
                    <button type="button" onClick={() => onDetails(file)} aria-label={t("details")} className={tool}>
                      <Info />
                    </button>
                  </Tooltip>
                )}
                {onShare && (
                  <Tooltip label={t("share")}>
                    <button type="button" onClick={() => onShare(file)} aria-label={t("share")} className={tool}>
                      <Link2 />
                    </button>
                  </Tooltip>
                )}
                {mayDownload && (
                  <Tooltip label={t("download")}>
                    <a
                      href={urlOf(file, "attachment")}
                      download
                      onClick={onDownload}
                      aria-label={t("download")}
                      className={tool}
                    >
                      <Download />
                    </a>
                  </Tooltip>
                )}
                <Base.Close aria-label={t("close")} className={tool}>
                  <X />
                </Base.Close>
              </div>
              <div className="relative flex min-h-0 flex-1 items-center justify-center px-3 pb-4 sm:px-16">
                <PreviewBody
                  file={file}
                  inlineUrl={urlOf(file, "inline")}
                  downloadUrl={urlOf(file, "attachment")}
                  onStep={step}
                />
                {previous && (
                  <button
                    type="button"
                    aria-label={t("previous")}
                    onClick={() => onChange(previous)}
                    className={`${arrow} left-2`}
                  >
                    <ChevronLeft />
                  </button>
                )}
                {next && (
                  <button
                    type="button"
                    aria-label={t("next")}
                    onClick={() => onChange(next)}
                    className={`${arrow} right-2`}
                  >
                    <ChevronRight />
                  </button>
                )}
              </div>
            </>
          )}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}

const tool = buttonClass({
  variant: "ghost",
  size: "icon",
  className: "text-inherit hover:bg-white/15 focus-visible:outline-white",
});
const arrow =
  "absolute top-1/2 grid size-11 -translate-y-1/2 place-items-center rounded-full bg-black/45 text-white hover:bg-black/70 focus-visible:outline-white [&_svg]:size-6";
