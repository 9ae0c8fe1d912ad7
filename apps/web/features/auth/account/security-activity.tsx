"use client";

import { listActivity } from "@holdfast/contract/client";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { LoadMore } from "@/components/feedback/load-more";
import { ErrorState } from "@/components/feedback/state";
import { Time } from "@/components/text/time";
import { call } from "@/lib/api";
import { pastEventClass } from "./past-event";

/** What changed how this account is signed in to, by whoever did it. */
export function SecurityActivity() {
  const t = useTranslations("account");
  const query = useInfiniteQuery({
    queryKey: ["activity"],
    queryFn: ({ pageParam }) => call(listActivity, { query: { cursor: pageParam, limit: 10 } }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  });
  if (query.isPending) return <div className="skeleton h-32" />;
  if (query.error) {
    const retry = () => void query.refetch();
    return <ErrorState title={t("activityNotLoaded")} error={query.error} onRetry={retry} className="py-4" />;
  }
  const items = query.data.pages.flatMap((page) => page.items);
  if (items.length === 0) return <p className="text-ink-muted">{t("noActivity")}</p>;
  return (
    <>
      <ul className="divide-y rounded-xl border">
        {items.map(({ id, action, byMe, ip, occurredAt }) => {
          const name = action.replace(".", "_");
          return (
            <li key={id} className={pastEventClass}>
              <div className="min-w-0">
                <p>{t.has(`act.${name}`) ? t(`act.${name}`) : action}</p>
                <p className="break-words text-ink-muted text-xs">
                  {[byMe ? "" : t("byAdmin"), ip].filter(Boolean).join(" · ")}
                </p>
              </div>
              <span className="shrink-0 text-ink-muted text-xs">
                <Time at={occurredAt} style="full" />
              </span>
            </li>
          );
        })}
      </ul>
      <LoadMore query={query} quiet />
    </>
  );
}
