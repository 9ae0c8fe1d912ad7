"use client";

import { FileCheck2, FileKey2 } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { cn } from "@/lib/cn";
import { type Kit, readKit } from "./kit";

/** A kit is a page of text. */
const LARGEST_BYTES = 100_000;

type KitDropProps = { read: boolean; onKit: (kit: Kit) => void };

/** Takes the recovery kit's file, so that nobody has to copy a password from it. The file stays in the browser. */
export function KitDrop({ read, onKit }: KitDropProps) {
  const t = useTranslations("setup.kit");
  const [over, setOver] = useState(false);
  const [refused, setRefused] = useState(false);
  const take = async (file: File | undefined) => {
    setOver(false);
    if (!file) return;
    const kit = file.size > LARGEST_BYTES ? null : readKit(await file.text());
    setRefused(kit === null);
    if (kit) onKit(kit);
  };
  const Icon = read && !refused ? FileCheck2 : FileKey2;
  return (
    <div>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- dropping is beside the button, which everybody can use */}
      <label
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault();
          void take(event.dataTransfer.files[0]);
        }}
        className={cn(
          "flex cursor-pointer items-center gap-3 rounded-lg border border-dashed px-3.5 py-3 hover:bg-hover has-focus-visible:outline-2 has-focus-visible:outline-accent",
          over ? "border-accent bg-accent-soft" : "border-line-strong/60",
        )}
      >
        <Icon
          aria-hidden="true"
          className={cn("size-5 shrink-0", read && !refused ? "text-accent-text" : "text-ink-muted")}
        />
        <span className="min-w-0 text-sm">
          <span className="block font-medium">{read && !refused ? t("read") : t("drop")}</span>
          <span className="block text-[0.8125rem] text-ink-muted">{read && !refused ? t("another") : t("hint")}</span>
        </span>
        <input
          type="file"
          accept=".txt,text/plain"
          aria-label={t("choose")}
          className="sr-only"
          onChange={(event) => {
            void take(event.target.files?.[0]);
            event.target.value = "";
          }}
        />
      </label>
      {refused && (
        <p role="alert" className="mt-1.5 text-[0.8125rem] text-danger leading-snug">
          {t("refused")}
        </p>
      )}
    </div>
  );
}
