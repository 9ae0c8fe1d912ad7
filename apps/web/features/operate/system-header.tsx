"use client";

import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { PageHeader } from "@/components/page/page-header";

/** The head of the pages about the installation itself. */
export function SystemHeader({
  page,
  children,
}: {
  page: "health" | "logs" | "database" | "nodes" | "updates";
  children?: ReactNode;
}) {
  const t = useTranslations("system");
  return (
    <PageHeader title={t(`${page}.title`)} body={t(`${page}.body`)}>
      {children}
    </PageHeader>
  );
}
