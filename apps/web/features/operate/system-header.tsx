"use client";

import Link from "next/link";
import { usePathname } from "next/navigation";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { PageHeader } from "@/components/page/page-header";
import { cn } from "@/lib/cn";

const pages = ["health", "logs", "database", "nodes", "updates"] as const;

/** The head of the pages about the installation itself, with the way between them. */
export function SystemHeader({ page, children }: { page: (typeof pages)[number]; children?: ReactNode }) {
  const t = useTranslations("system");
  const pathname = usePathname();
  return (
    <>
      <PageHeader title={t(`${page}.title`)} body={t(`${page}.body`)}>
        {children}
      </PageHeader>
      <nav aria-label={t("pages")} className="flex shrink-0 gap-1 overflow-x-auto border-b px-2 sm:px-4">
        {pages.map((name) => (
          <Link
            key={name}
            href={`/admin/${name}`}
            aria-current={pathname === `/admin/${name}` ? "page" : undefined}
            className={cn(
              "-mb-px flex h-10 shrink-0 items-center border-transparent border-b-2 px-3 font-medium text-ink-muted text-sm hover:text-ink focus-visible:-outline-offset-2",
              pathname === `/admin/${name}` && "border-accent text-ink",
            )}
          >
            {t(`${name}.tab`)}
          </Link>
        ))}
      </nav>
    </>
  );
}
