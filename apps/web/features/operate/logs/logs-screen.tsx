"use client";

import { adminListLogs } from "@holdfast/contract/client";
import { useInfiniteQuery } from "@tanstack/react-query";
import { ScrollText } from "lucide-react";
import { useTranslations } from "next-intl";
import { useDeferredValue, useState } from "react";
import { LoadMore } from "@/components/feedback/load-more";
import { EmptyState, ErrorState, SkeletonRows } from "@/components/feedback/state";
import { call } from "@/lib/api";
import { keys } from "@/lib/query";
import { SystemHeader } from "../system-header";
import { type Asked, LogFilters } from "./log-filters";
import { LogLevelButton } from "./log-level";
import { LogRow } from "./log-row";

/** What went wrong lately, on every node. */
export function LogsScreen() {
  const t = useTranslations("logs");
  const [asked, setAsked] = useState<Asked>({ q: "", level: "warn", span: "all" });
  const { q, level, span } = useDeferredValue(asked);
  const query = useInfiniteQuery({
    queryKey: keys.logs(q, level, span),
    queryFn: ({ pageParam }) =>
      call(adminListLogs, {
        query: { q: q.trim() || undefined, level, from: since(span), cursor: pageParam, limit: 100 },
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
    refetchInterval: 15_000,
  });
  const first = query.data?.pages[0];
  const items = query.data?.pages.flatMap((page) => page.items) ?? [];
  const isFiltered = q.trim() !== "" || level !== "warn" || span !== "all";
  return (
    <>
      <SystemHeader page="logs">{first && <LogLevelButton state={first.logLevel} />}</SystemHeader>
      <LogFilters asked={asked} onChange={setAsked} />
      {query.isPending ? (
        <SkeletonRows />
      ) : query.error ? (
        <ErrorState title={t("notLoaded")} error={query.error} onRetry={() => void query.refetch()} />
      ) : items.length === 0 ? (
        <EmptyState
          icon={<ScrollText />}
          title={t(isFiltered ? "nothingFound" : "emptyTitle")}
          body={t(isFiltered ? "nothingFoundBody" : "emptyBody", { days: first?.days ?? 14 })}
        />
      ) : (
        <>
          <ul className="divide-y border-b">
            {items.map((line) => (
              <LogRow key={line.id} line={line} />
            ))}
          </ul>
          <LoadMore query={query} />
          <p className="px-4 py-4 text-ink-muted text-xs sm:px-6">{t("kept", { days: first?.days ?? 14 })}</p>
        </>
      )}
    </>
  );
}

const hours: Record<Exclude<Asked["span"], "all">, number> = { hour: 1, day: 24, week: 168 };

function since(span: Asked["span"]): string | undefined {
  return span === "all" ? undefined : new Date(Date.now() - hours[span] * 3_600_000).toISOString();
}
