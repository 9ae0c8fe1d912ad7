"use client";

import type { AccessEntry } from "@holdfast/contract";
import { adminExportAccessLog, adminListAccessLog, urlOf } from "@holdfast/contract/client";
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { Download, ScrollText } from "lucide-react";
import { useSearchParams } from "next/navigation";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button, buttonClass } from "@/components/button/button";
import { LoadMore } from "@/components/feedback/load-more";
import { EmptyState, ErrorState, SkeletonRows } from "@/components/feedback/state";
import { PageHeader } from "@/components/page/page-header";
import { call } from "@/lib/api";
import { EntryDetails } from "./entry-details";
import { EntryRow } from "./entry-row";
import { FilterBar } from "./filter-bar";
import { type Filters, filtersOf, noFilters, pathOf, queryOf } from "./filters";

/** Who did what: read as sentences, narrowed by what is clicked, taken away as a file. */
export function AccessLogScreen() {
  const t = useTranslations("accessLog");
  const params = useSearchParams();
  const [filters, setFilters] = useState(() => filtersOf(new URLSearchParams(params)));
  const [open, setOpen] = useState<AccessEntry | null>(null);
  const change = (more: Partial<Filters>) => {
    const next = { ...filters, ...more };
    setOpen(null);
    setFilters(next);
    window.history.replaceState(null, "", pathOf(next));
  };
  const asked = queryOf(filters);
  const query = useInfiniteQuery({
    queryKey: ["access-log", filters],
    queryFn: ({ pageParam }) => call(adminListAccessLog, { query: { ...asked, cursor: pageParam, limit: 100 } }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
    placeholderData: keepPreviousData,
  });
  const entries = query.data?.pages.flatMap((page) => page.items) ?? [];
  const exportUrl = (format: "csv" | "ndjson") => urlOf(adminExportAccessLog, { query: { ...asked, format } });
  return (
    <>
      <PageHeader title={t("title")} body={t("body")}>
        {(["csv", "ndjson"] as const).map((format) => (
          <a key={format} href={exportUrl(format)} download className={buttonClass()}>
            <Download aria-hidden="true" />
            {t(`export.${format}`)}
          </a>
        ))}
      </PageHeader>
      <FilterBar filters={filters} onChange={change} />
      {query.isPending ? (
        <SkeletonRows />
      ) : query.error ? (
        <ErrorState title={t("notLoaded")} error={query.error} onRetry={() => void query.refetch()} />
      ) : entries.length === 0 && !query.hasNextPage ? (
        <EmptyState icon={<ScrollText />} title={t("emptyTitle")} body={t("emptyBody")}>
          <Button onClick={() => change(noFilters)}>{t("clear")}</Button>
        </EmptyState>
      ) : (
        <>
          {entries.length === 0 && <p className="px-4 pt-6 text-center text-ink-muted sm:px-6">{t("noneYet")}</p>}
          <ul aria-label={t("title")} aria-busy={query.isPlaceholderData} className="divide-y border-b">
            {entries.map((entry) => (
              <EntryRow key={entry.id} entry={entry} onFilter={change} onOpen={() => setOpen(entry)} />
            ))}
          </ul>
          <LoadMore query={query} />
        </>
      )}
      <EntryDetails entry={open} onFilter={change} onClose={() => setOpen(null)} />
    </>
  );
}
