"use client";

import { useTranslations } from "next-intl";
import { useRef, useState } from "react";
import { Button } from "@/components/button/button";
import { FileChooser } from "@/components/form/file-chooser";
import { toast } from "@/lib/toast";
import type { UploadEngine } from "../engine";
import { useUploads } from "../uploads-context";

/** Offers to continue what a reload interrupted. */
export function LostUploads({ engine, count }: { engine: UploadEngine; count: number }) {
  const t = useTranslations("uploads");
  const uploads = useUploads();
  const [busy, setBusy] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const lost = engine.store.withStatus("lost");
  const folders = lost.some((item) => item.dir);
  const root = lost.find((item) => item.dir)?.dir.split("/")[0] ?? "";
  const kept = lost.some((item) => engine.store.batches.get(item.batchId)?.handles?.length);

  const goOn = async () => {
    if (!kept) return input.current?.click();
    setBusy(true);
    const complete = await uploads.continueLost().catch(() => false);
    setBusy(false);
    if (!complete) input.current?.click();
  };
  return (
    <div className="flex items-center gap-3 border-t bg-warning-soft px-4 py-2.5">
      <p className="min-w-0 flex-1 text-[0.8125rem] leading-5">
        {folders && !kept ? t("lostFolder", { count, folder: root }) : t("lost", { count })}
      </p>
      <Button size="sm" variant="primary" busy={busy} onClick={() => void goOn()}>
        {t(kept ? "continue" : folders ? "chooseFolder" : "chooseFiles")}
      </Button>
      <Button size="sm" variant="ghost" onClick={() => lost.forEach((item) => engine.cancelItem(item))}>
        {t("forget")}
      </Button>
      <FileChooser
        ref={input}
        folder={folders}
        label={t(folders ? "chooseFolder" : "chooseFiles")}
        onFiles={(files) => {
          if (uploads.matchFiles(files) === 0) toast.error(t("noMatch"));
        }}
      />
    </div>
  );
}
