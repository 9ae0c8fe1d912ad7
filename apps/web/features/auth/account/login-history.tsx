"use client";

import { listLogins } from "@holdfast/contract/client";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { LoadMore } from "@/components/feedback/load-more";
import { ErrorState } from "@/components/feedback/state";
import { Time } from "@/components/text/time";
import { agentName } from "@/lib/agent";
import { call } from "@/lib/api";
import { keys } from "@/lib/query";

export function LoginHistory() {
  const t = useTranslations("account");
  const query = useInfiniteQuery({
    queryKey: keys.logins,
    queryFn: ({ pageParam }) => call(listLogins, { query: { cursor: pageParam, limit: 10 } }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  });
  if (query.isPending) return <div className="skeleton h-32" />;
  if (query.error)
    return (
      <ErrorState
        title={t("historyNotLoaded")}
        error={query.error}
        onRetry={() => void query.refetch()}
        className="py-4"
      />
    );
  const logins = query.data.pages.flatMap((page) => page.items);
  return (
    <>
      <ul className="divide-y rounded-xl border">
        {logins.map((login) => (
          <li key={login.id} className="flex items-center justify-between gap-3 px-3 py-2.5">
            <div className="min-w-0">
              <p className={login.outcome === "success" ? "truncate" : "truncate text-danger"}>
                {t(`outcome.${login.outcome}`)}
              </p>
              <p className="truncate text-ink-muted text-xs">
                {[login.ip, agentName(login.userAgent)].filter(Boolean).join(" · ")}
              </p>
            </div>
            <span className="shrink-0 text-ink-muted text-xs">
              <Time at={login.occurredAt} style="full" />
            </span>
          </li>
        ))}
      </ul>
      <LoadMore query={query} quiet />
    </>
  );
}
