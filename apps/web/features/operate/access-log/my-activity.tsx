"use client";

import { listMyActivity } from "@holdfast/contract/client";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { LoadMore } from "@/components/feedback/load-more";
import { ErrorState } from "@/components/feedback/state";
import { Badge } from "@/components/text/badge";
import { Time } from "@/components/text/time";
import { call } from "@/lib/api";
import { strangerKey, useSentence } from "./use-sentence";

/** What this user did, and what was done to their account. */
export function MyActivity() {
  const t = useTranslations("accessLog");
  const sentence = useSentence();
  const query = useInfiniteQuery({
    queryKey: ["my-activity"],
    queryFn: ({ pageParam }) => call(listMyActivity, { query: { cursor: pageParam, limit: 10 } }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  });
  if (query.isPending) return <div className="skeleton h-32" />;
  if (query.error) {
    const retry = () => void query.refetch();
    return <ErrorState title={t("ownNotLoaded")} error={query.error} onRetry={retry} className="py-4" />;
  }
  const items = query.data.pages.flatMap((page) => page.items);
  if (items.length === 0) return <p className="text-ink-muted">{t("ownEmpty")}</p>;
  return (
    <>
      <ul className="divide-y rounded-xl border">
        {items.map((entry) => (
          <li
            key={entry.id}
            className="flex flex-col gap-x-3 gap-y-0.5 px-3 py-2.5 sm:flex-row sm:items-center sm:justify-between"
          >
            <div className="min-w-0">
              <p className="[overflow-wrap:anywhere]">
                {sentence(
                  entry,
                  entry.byMe ? t("who.you") : t(`who.${entry.via === "session" ? "other" : strangerKey(entry)}`),
                  entry.targetName ?? "",
                )}
              </p>
              <p className="flex flex-wrap items-center gap-x-2 text-ink-muted text-xs">
                {entry.outcome !== "ok" && (
                  <Badge tone={entry.outcome === "refused" ? "warning" : "danger"}>
                    {t(`outcome.${entry.outcome}`)}
                  </Badge>
                )}
                {entry.ip && <span className="break-words tabular-nums">{entry.ip}</span>}
                {entry.times > 1 && <span>{t("times", { count: entry.times })}</span>}
              </p>
            </div>
            <span className="shrink-0 text-ink-muted text-xs">
              <Time at={entry.occurredAt} style="full" />
            </span>
          </li>
        ))}
      </ul>
      <LoadMore query={query} quiet />
    </>
  );
}
