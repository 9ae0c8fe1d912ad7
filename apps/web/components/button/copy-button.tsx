"use client";

import { Check, Copy } from "lucide-react";
import { useTranslations } from "next-intl";
import { useEffect, useState } from "react";
import { Button, type ButtonStyle } from "./button";

/** Writes to the clipboard; where that is refused (plain HTTP), falls back to a selection. False when neither works. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = document.createElement("textarea");
    area.value = text;
    area.style.position = "fixed";
    area.style.opacity = "0";
    (document.querySelector("[role=dialog]") ?? document.body).append(area);
    area.select();
    const copied = document.execCommand("copy");
    area.remove();
    return copied;
  }
}

export function CopyButton({ text, label, ...style }: { text: string; label?: string } & ButtonStyle) {
  const t = useTranslations("common");
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 2000);
    return () => clearTimeout(timer);
  }, [copied]);
  const iconOnly = style.size === "icon" || style.size === "icon-sm";
  return (
    // Positioned, so that the text for screen readers stays in place: without that it makes the page as long as the list it lies in.
    <Button
      {...style}
      className="relative"
      aria-label={label ?? t("copy")}
      onClick={async () => setCopied(await copyText(text))}
    >
      {copied ? <Check /> : <Copy />}
      {!iconOnly && (copied ? t("copied") : (label ?? t("copy")))}
      <span className="sr-only" aria-live="polite">
        {copied ? t("copied") : ""}
      </span>
    </Button>
  );
}
