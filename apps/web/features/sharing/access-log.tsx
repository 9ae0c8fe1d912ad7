"use client";

import { listShareAccesses } from "@holdfast/contract";
import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { ErrorState } from "@/components/state";
import { Time } from "@/components/time";
import { agentName } from "@/lib/agent";
import { call } from "@/lib/api";
import { keys } from "@/lib/query";

/** Who used a link, newest first: time, what, from roughly where, with which program. */
export function AccessLog({ shareId }: { shareId: string }) {
  const t = useTranslations("sharing");
  const query = useQuery({
    queryKey: keys.accesses(shareId),
    queryFn: () => call(listShareAccesses, { params: { id: shareId }, query: { limit: 50 } }),
  });
  return (
    <section className="mt-5">
      <h3 className="mb-2 font-semibold">{t("log")}</h3>
      {query.isPending && <div className="skeleton h-24" />}
      {query.error && <ErrorState error={query.error} onRetry={() => void query.refetch()} className="py-4" />}
      {query.data?.items.length === 0 && <p className="text-ink-muted">{t("logEmpty")}</p>}
      <ul className="divide-y">
        {query.data?.items.map((access) => (
          <li key={access.id} className="flex items-baseline justify-between gap-3 py-2">
            <div className="min-w-0">
              <p className="truncate">
                {t(`action.${access.action}`)}
                {access.fileName && <span className="text-ink-muted"> · {access.fileName}</span>}
              </p>
              <p className="truncate text-ink-muted text-xs">
                {[access.address, agentName(access.userAgent)].filter(Boolean).join(" · ")}
                {access.outcome !== "granted" && access.outcome !== "ok" && access.outcome !== "success" && (
                  <span className="text-danger"> · {access.outcome}</span>
                )}
              </p>
            </div>
            <span className="shrink-0 text-ink-muted text-xs">
              <Time at={access.occurredAt} style="full" />
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
