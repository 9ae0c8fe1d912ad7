"use client";

import type { Alert } from "@holdfast/contract";
import { adminListAlerts } from "@holdfast/contract/client";
import { useQuery } from "@tanstack/react-query";
import { TriangleAlert } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { Time } from "@/components/text/time";
import { SuspiciousActions } from "@/features/operate/suspicious/suspicious-actions";
import { call } from "@/lib/api";
import { keys } from "@/lib/query";

const everyMs = 60_000;
const most = 20;

/** For admins: what is open and needs somebody. Nothing where nothing is. */
export function AlertsNotice() {
  const t = useTranslations("alerts");
  const { data } = useQuery({
    queryKey: [...keys.alerts, "notice"],
    queryFn: () => call(adminListAlerts, { query: { limit: most } }),
    refetchInterval: everyMs,
  });
  if (!data || data.open === 0) return null;
  return (
    <section aria-label={t("title")} className="mb-5 rounded-xl border border-warning/40 bg-warning-soft px-4 py-3.5">
      <h2 className="flex items-center gap-3 font-medium">
        <TriangleAlert aria-hidden="true" className="size-5 shrink-0 text-warning" />
        {t("open", { count: data.open })}
      </h2>
      <ul className="mt-2 space-y-2 text-[0.8125rem] leading-5">
        {data.items.map((alert) => (
          <li key={alert.id}>
            <p>{alert.title}</p>
            <p className="text-ink-muted">{alert.remedy}</p>
            <p className="break-words text-ink-muted">
              {filesOf(alert)} <Time at={alert.lastSeenAt} style="full" />
            </p>
            <div className="mt-2 flex flex-wrap gap-2 empty:hidden">
              <SuspiciousActions alert={alert} />
            </div>
          </li>
        ))}
      </ul>
      <Link
        href="/admin/alerts"
        className="mt-2.5 inline-block font-medium text-[0.8125rem] underline underline-offset-2"
      >
        {t("all")}
      </Link>
    </section>
  );
}

/** The files that an alert is about, where it names some. */
function filesOf({ data: { files } }: Alert): string {
  if (!Array.isArray(files)) return "";
  return (files as { email: string; path: string }[]).map(({ email, path }) => `${email}: ${path}`).join(", ");
}
