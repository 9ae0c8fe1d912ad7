import { Maximize, ZoomIn, ZoomOut } from "lucide-react";
import { useTranslations } from "next-intl";
import { useRef, useState } from "react";
import { buttonClass, Spinner } from "@/components/button/button";
import { cn } from "@/lib/cn";
import { NoPreview } from "./no-preview";
import { endingOf, type PartProps } from "./part";
import { useZoom } from "./use-zoom";

export function Picture({ file, url, downloadUrl, onStep }: PartProps) {
  const t = useTranslations("preview");
  const [state, setState] = useState<"loading" | "shown" | "failed">("loading");
  const frame = useRef<HTMLDivElement>(null);
  const picture = useRef<HTMLImageElement>(null);
  const { transform, isZoomed, zoomIn, zoomOut, fit, handlers } = useZoom({ frame, picture, onStep });
  if (state === "failed") {
    const title = navigator.onLine ? t("cannotShow", { kind: endingOf(file.name) }) : t("notLoaded");
    return <NoPreview file={file} downloadUrl={downloadUrl} title={title} />;
  }
  return (
    <div
      ref={frame}
      {...handlers}
      className={cn(
        "relative flex size-full touch-none select-none items-center justify-center overflow-hidden",
        isZoomed && "cursor-grab active:cursor-grabbing",
      )}
    >
      {state === "loading" && <Spinner className="absolute size-7" />}
      <img
        ref={picture}
        src={url}
        alt={file.name}
        draggable={false}
        onLoad={() => setState("shown")}
        onError={() => setState("failed")}
        style={{ transform }}
        className="max-h-full max-w-full rounded-sm object-contain"
      />
      {state === "shown" && (
        // Two clicks on a button are two clicks, and no zoom of what lies behind.
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- it only keeps clicks from what lies behind
        <fieldset
          onDoubleClick={(event) => event.stopPropagation()}
          onPointerDown={(event) => event.stopPropagation()}
          className="absolute bottom-2 flex gap-1 rounded-full bg-black/60 p-1 text-white"
        >
          <legend className="sr-only">{t("zoom")}</legend>
          <button type="button" aria-label={t("zoomOut")} disabled={!isZoomed} onClick={zoomOut} className={tool}>
            <ZoomOut />
          </button>
          <button type="button" aria-label={t("fit")} disabled={!isZoomed} onClick={fit} className={tool}>
            <Maximize />
          </button>
          <button type="button" aria-label={t("zoomIn")} onClick={zoomIn} className={tool}>
            <ZoomIn />
          </button>
        </fieldset>
      )}
    </div>
  );
}

const tool = buttonClass({
  variant: "ghost",
  size: "icon-sm",
  className: "rounded-full text-inherit hover:bg-white/20 focus-visible:outline-white disabled:opacity-50",
});
