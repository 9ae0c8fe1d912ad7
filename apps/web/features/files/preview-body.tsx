"use client";

import { useTranslations } from "next-intl";
import { useCallback, useEffect, useState } from "react";
import { Button, Spinner } from "@/components/button";
import { kindOf } from "./kind";
import type { Body } from "./previews/body";

export type Previewable = {
  id: string;
  name: string;
  kind: "file" | "folder";
  fileType: string | null;
  fileSize: number;
};

const shownImages = /^image\/(png|jpeg|gif|webp|avif|svg\+xml|bmp|x-icon)$/;

/** Media only where its bytes say so: an ending promises nothing. */
export function canPreview(file: Previewable): boolean {
  const kind = kindOf(file);
  const type = file.fileType ?? "";
  if (kind === "image") return shownImages.test(type);
  if (kind === "video" || kind === "audio") return type.startsWith("video/") || type.startsWith("audio/");
  if (kind === "pdf") return type === "application/pdf";
  return kind === "text" || kind === "code" || type.startsWith("text/") || /\.(csv|tsv)$/i.test(file.name);
}

type PreviewBodyProps = {
  file: Previewable;
  inlineUrl: string;
  downloadUrl: string;
  /** A swipe over a picture: to the file before or after it. */
  onStep?: (by: -1 | 1) => void;
};

/** Kept once it is here: the next preview shows at once. */
let loadedBody: typeof Body | null = null;

/** A file's content, shown without trusting it: media by the browser's own elements, text as text, never as a page of ours. */
export function PreviewBody({ file, inlineUrl, downloadUrl, onStep }: PreviewBodyProps) {
  const t = useTranslations("preview");
  const [Loaded, setLoaded] = useState<typeof Body | null>(() => loadedBody);
  const [failed, setFailed] = useState(false);
  const load = useCallback(async () => {
    setFailed(false);
    try {
      loadedBody = (await import("./previews/body")).Body;
      setLoaded(() => loadedBody);
    } catch {
      setFailed(true);
    }
  }, []);
  useEffect(() => {
    if (!loadedBody) void load();
  }, [load]);
  if (Loaded) return <Loaded file={file} url={inlineUrl} downloadUrl={downloadUrl} onStep={onStep} />;
  if (!failed) return <Spinner className="size-7" />;
  return (
    <div role="alert" className="flex flex-col items-center gap-4 rounded-2xl bg-raised px-10 py-9 text-ink">
      <p className="font-medium">{t("notLoaded")}</p>
      <Button onClick={() => void load()}>{t("again")}</Button>
    </div>
  );
}
