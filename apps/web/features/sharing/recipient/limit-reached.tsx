"use client";

import { useTranslations } from "next-intl";
import { cn } from "@/lib/cn";

type LimitReachedProps = {
  sender: string | null;
  /** This browser has downloaded something of the link, and may again. */
  again: boolean;
  className?: string;
};

/** Why there is nothing to press (any more), and what to do. */
export function LimitReached({ sender, again, className }: LimitReachedProps) {
  const t = useTranslations("recipient");
  return (
    <output className={cn("block rounded-lg bg-warning-soft px-4 py-3 text-left text-warning", className)}>
      <span className="block font-semibold">{t("limitReached")}</span>
      <span className="mt-0.5 block text-balance text-sm">
        {again ? t("limitAgain") : sender ? t("limitAsk", { sender }) : t("limitAskBare")}
      </span>
    </output>
  );
}
