"use client";

import { listLogins } from "@holdfast/contract/client";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { LoadMore } from "@/components/feedback/load-more";
import { ErrorState } from "@/components/feedback/state";
import { Select } from "@/components/form/select";
import { Time } from "@/components/text/time";
import { agentName } from "@/lib/agent";
import { call } from "@/lib/api";
import { keys } from "@/lib/query";

/** A flood of refused attempts must not hide one's own sign-ins. */
const choices = ["all", "success", "refused"] as const;

export function LoginHistory() {
  const t = useTranslations("account");
  const [shown, setShown] = useState<(typeof choices)[number]>("all");
  const query = useInfiniteQuery({
    queryKey: [...keys.logins, shown],
    queryFn: ({ pageParam }) =>
      call(listLogins, {
        query: { cursor: pageParam, limit: 10, ...(shown === "all" ? {} : { outcome: shown }) },
      }),
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
      <Select
        label={t("historyShown")}
        value={shown}
        onValueChange={setShown}
        items={choices.map((value) => ({ value, label: t(`shown.${value}`) }))}
        className="mb-3"
      />
      {logins.length === 0 && <p className="text-ink-muted">{t("historyEmpty")}</p>}
      <ul className={logins.length === 0 ? "hidden" : "divide-y rounded-xl border"}>
        {logins.map((login) => (
          <li key={login.id} className="flex items-center justify-between gap-3 px-3 py-2.5">
            <div className="min-w-0">
              <p className={login.outcome === "success" ? "" : "text-danger"}>
                {login.attempts > 1
                  ? t("outcomeTimes", { outcome: t(`outcome.${login.outcome}`), count: login.attempts })
                  : t(`outcome.${login.outcome}`)}
              </p>
              <p className="break-words text-ink-muted text-xs">
                {[
                  login.ip,
                  agentName(login.userAgent),
                  login.newNetwork && t("newNetwork"),
                  login.newDevice && t("newDevice"),
                ]
                  .filter(Boolean)
                  .join(" · ")}
              </p>
            </div>
            <span className="shrink-0 text-right text-ink-muted text-xs">
              {login.attempts > 1 && (
                <>
                  <Time at={login.firstAt} style="full" /> –<br />
                </>
              )}
              <Time at={login.occurredAt} style="full" />
            </span>
          </li>
        ))}
      </ul>
      <LoadMore query={query} quiet />
    </>
  );
}
