"use client";

import { useTranslations } from "next-intl";
import { useCallback, useEffect, useState } from "react";
import { Button, Spinner } from "@/components/button/button";
import type { Previewable } from "../kind/previewable";
import type { Body } from "./bodies/body";

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
      loadedBody = (await import("./bodies/body")).Body;
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
