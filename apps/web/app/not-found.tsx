"use client";

import { Compass } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { buttonClass } from "@/components/button/button";
import { EmptyState } from "@/components/feedback/state";
import { Wordmark } from "@/components/page/logo";

export default function NotFound() {
  const t = useTranslations("errors");
  return (
    <main className="flex min-h-dvh flex-col items-center justify-center gap-2 p-6">
      <title>{`${t("notFoundTitle")} · Holdfast`}</title>
      <Wordmark />
      <EmptyState level={1} className="py-10" icon={<Compass />} title={t("notFoundTitle")} body={t("notFoundBody")}>
        <Link href="/files" className={buttonClass({ variant: "primary" })}>
          {t("toFiles")}
        </Link>
      </EmptyState>
    </main>
  );
}
