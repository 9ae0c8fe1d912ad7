"use client";

import { listShareAccesses } from "@holdfast/contract/client";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { LoadMore } from "@/components/feedback/load-more";
import { ErrorState } from "@/components/feedback/state";
import { TimeRange } from "@/components/text/time";
import { agentName } from "@/lib/agent";
import { call } from "@/lib/api";
import { cn } from "@/lib/cn";
import { keys } from "@/lib/query";
import { visibleName } from "@/lib/safe-name";

const refused: ReadonlySet<string> = new Set(["wrong_password", "exhausted"]);

/** A video is looked at in parts, and a closed preview breaks off: neither says more than that it was looked at. */
const looked = (access: { action: string; outcome: string }) =>
  access.action === "preview" && access.outcome === "aborted";

/** Who used a link, newest first: time, what, from roughly where, with which program. */
export function AccessLog({ shareId }: { shareId: string }) {
  const t = useTranslations("sharing");
  const query = useInfiniteQuery({
    queryKey: keys.accesses(shareId),
    queryFn: ({ pageParam }) =>
      call(listShareAccesses, { params: { id: shareId }, query: { cursor: pageParam, limit: 50 } }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  });
  const accesses = query.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <section className="mt-5">
      <h3 className="mb-2 font-semibold">{t("log")}</h3>
      {query.isPending && <div className="skeleton h-24" />}
      {query.error && (
        <ErrorState
          title={t("logNotLoaded")}
          error={query.error}
          onRetry={() => void query.refetch()}
          className="py-4"
        />
      )}
      {query.data && accesses.length === 0 && <p className="text-ink-muted">{t("logEmpty")}</p>}
      <ul className="divide-y">
        {accesses.map((access) => (
          <li
            key={access.id}
            className="flex flex-col gap-x-3 gap-y-0.5 py-2 sm:flex-row sm:items-baseline sm:justify-between"
          >
            <div className="min-w-0">
              <p className={cn("break-words", refused.has(access.outcome) && "text-danger")}>
                {access.outcome === "ok" || access.outcome === "completed" || looked(access)
                  ? t(`action.${access.action}`)
                  : t(`outcome.${access.outcome}`)}
                {access.times > 1 && ` · ${t("times", { count: access.times })}`}
                {access.fileName && <span className="text-ink-muted"> · {visibleName(access.fileName)}</span>}
              </p>
              {(access.senderName || access.senderMessage) && (
                <p className="break-words text-sm">
                  {[access.senderName && t("from", { name: visibleName(access.senderName) }), access.senderMessage]
                    .filter(Boolean)
                    .join(" · ")}
                </p>
              )}
              <p className="truncate text-ink-muted text-xs">
                {[access.address, agentName(access.userAgent)].filter(Boolean).join(" · ")}
              </p>
            </div>
            <span className="shrink-0 text-ink-muted text-xs">
              <TimeRange from={access.firstAt} to={access.occurredAt} />
            </span>
          </li>
        ))}
      </ul>
      <LoadMore query={query} quiet />
    </section>
  );
}
