"use client";

import type { Login } from "@holdfast/contract";
import { listLogins } from "@holdfast/contract/client";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { LoadMore } from "@/components/feedback/load-more";
import { ErrorState } from "@/components/feedback/state";
import { Select } from "@/components/form/select";
import { TimeRange } from "@/components/text/time";
import { agentName } from "@/lib/agent";
import { call } from "@/lib/api";
import { keys } from "@/lib/query";
import { pastEventClass } from "./past-event";

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
  // The choice stays while what is chosen is read: whoever made it by the keyboard is still there.
  return (
    <>
      <Select
        label={t("historyShown")}
        value={shown}
        onValueChange={setShown}
        items={choices.map((value) => ({ value, label: t(`shown.${value}`) }))}
        className="mb-3"
      />
      {query.isPending && <div className="skeleton h-32" />}
      {query.error && (
        <ErrorState
          title={t("historyNotLoaded")}
          error={query.error}
          onRetry={() => void query.refetch()}
          className="py-4"
        />
      )}
      {query.data && <Logins logins={query.data.pages.flatMap((page) => page.items)} />}
      <LoadMore query={query} quiet />
    </>
  );
}

function Logins({ logins }: { logins: readonly Login[] }) {
  const t = useTranslations("account");
  if (logins.length === 0) return <p className="text-ink-muted">{t("historyEmpty")}</p>;
  return (
    <ul className="divide-y rounded-xl border">
      {logins.map((login) => (
        <li key={login.id} className={pastEventClass}>
          <div className="min-w-0">
            <p className={login.outcome === "success" ? "" : "text-danger"}>
              {login.attempts > 1
                ? t("outcomeTimes", { outcome: t(`outcome.${login.outcome}`), count: login.attempts })
                : t(`outcome.${login.outcome}`)}
            </p>
            <p className="break-words text-ink-muted text-xs">
              {[
                login.ip ?? t("otherNetworks"),
                agentName(login.userAgent),
                login.newNetwork && t("newNetwork"),
                login.newDevice && t("newDevice"),
              ]
                .filter(Boolean)
                .join(" · ")}
            </p>
          </div>
          <span className="shrink-0 text-ink-muted text-xs">
            <TimeRange from={login.firstAt} to={login.occurredAt} />
          </span>
        </li>
      ))}
    </ul>
  );
}
