"use client";

import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { Wordmark } from "@/components/page/logo";
import { cn } from "@/lib/cn";

export function RecipientFrame({ children, wide }: { children: ReactNode; wide?: boolean }) {
  const t = useTranslations("recipient");
  return (
    <div className="flex min-h-dvh flex-col">
      <header className="flex h-14 shrink-0 items-center px-5">
        <Wordmark />
      </header>
      <main
        className={cn(
          "flex w-full flex-1 flex-col px-4 pb-8 sm:px-6",
          wide ? "mx-auto max-w-4xl" : "items-center sm:justify-center",
        )}
      >
        <div
          className={cn(
            "w-full rounded-2xl border bg-surface shadow-[0_1px_2px_oklch(0_0_0/0.04)]",
            !wide && "max-w-md p-6 sm:p-8",
          )}
        >
          {children}
        </div>
      </main>
      <footer className="px-5 pb-5 text-center text-ink-muted text-xs">{t("footer")}</footer>
    </div>
  );
}
