"use client";

import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { Logo } from "@/components/page/logo";

/** The quiet page around everything that happens before somebody is signed in. */
export function AuthFrame({ children, banner }: { children: ReactNode; banner?: ReactNode }) {
  const t = useTranslations("common");
  return (
    <div className="flex min-h-dvh flex-col items-center px-5 py-10 sm:justify-center">
      {banner && <div className="fixed inset-x-0 top-0 z-40">{banner}</div>}
      <main className="w-full max-w-sm">
        <div className="mb-7 flex flex-col items-center gap-3 text-center">
          <Logo className="size-12" />
          <span className="font-semibold text-xl tracking-tight">Holdfast</span>
        </div>
        <div className="rounded-2xl border bg-surface p-6 shadow-[0_1px_2px_oklch(0_0_0/0.04)] sm:p-7">{children}</div>
        <p className="mt-6 text-balance text-center text-[0.8125rem] text-ink-muted">{t("tagline")}</p>
      </main>
    </div>
  );
}
