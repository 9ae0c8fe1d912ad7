"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "@/components/button/button";
import { problemOf } from "@/lib/api";
import { formatBytes } from "@/lib/format";
import { toast } from "@/lib/toast";
import { choicesFor, type RefusedChoice, type RefusedUpload, useSettleRefused } from "./use-refused";

/** Offers what can be done with uploads that came whole and could not become files. */
export function RefusedUploads({ uploads }: { uploads: readonly RefusedUpload[] }) {
  const t = useTranslations("uploads");
  return (
    <ul
      aria-label={t("refusedTitle", { count: uploads.length })}
      className="max-h-56 overflow-y-auto border-t bg-warning-soft"
    >
      {uploads.map((upload) => (
        <Refused key={upload.id} upload={upload} />
      ))}
    </ul>
  );
}

function Refused({ upload }: { upload: RefusedUpload }) {
  const t = useTranslations("uploads");
  const settle = useSettleRefused();
  const [busy, setBusy] = useState<RefusedChoice | null>(null);
  const choose = async (choice: RefusedChoice) => {
    setBusy(choice);
    try {
      await settle(upload, choice);
    } catch (error) {
      toast.error(problemOf(error).message);
    }
    setBusy(null);
  };
  return (
    <li className="px-4 py-2.5 not-first:border-t">
      <p className="truncate font-medium text-[0.8125rem] leading-5" title={upload.name}>
        {upload.name} <span className="font-normal text-ink-muted">{formatBytes(upload.size ?? 0)}</span>
      </p>
      <p className="text-[0.8125rem] leading-5">{upload.refusal?.detail}</p>
      <div className="mt-1.5 flex flex-wrap gap-1">
        {choicesFor(upload).map((choice, index) => (
          <Button
            key={choice}
            size="sm"
            variant={index === 0 ? "primary" : "ghost"}
            busy={busy === choice}
            disabled={busy !== null}
            aria-label={t(`refused.${choice}Name`, { name: upload.name })}
            onClick={() => void choose(choice)}
          >
            {t(`refused.${choice}`)}
          </Button>
        ))}
      </div>
    </li>
  );
}
