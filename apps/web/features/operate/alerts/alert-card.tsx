"use client";

import type { Alert } from "@holdfast/contract";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { buttonClass } from "@/components/button/button";
import { Badge } from "@/components/text/badge";
import { Time } from "@/components/text/time";
import { SuspiciousActions } from "@/features/operate/suspicious/suspicious-actions";
import { cn } from "@/lib/cn";
import { formatFull } from "@/lib/format";
import { AlertActions } from "./alert-actions";
import { AlertFiles } from "./alert-files";
import { SeverityIcon, severityTones } from "./severity";

const edges = { critical: "border-l-danger", warning: "border-l-warning", info: "border-l-accent" } as const;

/** What, since when, why it matters, what to do, and the way to the page on which to do it. */
export function AlertCard({ alert }: { alert: Alert }) {
  const t = useTranslations("operateAlerts");
  const over = alert.resolvedAt !== null;
  const { severity, title, why, remedy, page } = alert;
  return (
    <li
      className={cn(
        "rounded-xl border border-l-4 bg-surface px-4 py-3.5 sm:px-5",
        over ? "border-l-line-strong" : edges[severity],
      )}
    >
      <article aria-label={title}>
        <div className="flex items-start gap-3">
          <SeverityIcon severity={severity} over={over} className="mt-0.5" />
          <div className="min-w-0 flex-1">
            <h2 className="break-words font-semibold text-[0.9375rem] leading-6">{title}</h2>
            <p className="mt-0.5 flex flex-wrap items-center gap-x-2 gap-y-1 text-[0.8125rem] text-ink-muted">
              <Badge tone={over ? "neutral" : severityTones[severity]}>
                {over ? t("resolved") : t(`severity.${severity}`)}
              </Badge>
              <span>{t.rich("since", { when: () => <Time at={alert.firstSeenAt} style="full" /> })}</span>
              {alert.resolvedAt && (
                <span>{t.rich("until", { when: () => <Time at={alert.resolvedAt ?? ""} style="full" /> })}</span>
              )}
              {alert.count > 1 && <span>{t("times", { count: alert.count })}</span>}
              {!over && alert.acknowledgedAt && <span>{t("acknowledged")}</span>}
              {!over && alert.silencedUntil && (
                <span suppressHydrationWarning>{t("silencedUntil", { when: formatFull(alert.silencedUntil) })}</span>
              )}
            </p>
          </div>
        </div>
        <dl className="mt-3 space-y-1.5 text-sm leading-6 sm:ml-8">
          <div className="sm:flex sm:gap-3">
            <dt className="shrink-0 text-ink-muted sm:w-28">{t("why")}</dt>
            <dd className="min-w-0">{why}</dd>
          </div>
          {!over && (
            <div className="sm:flex sm:gap-3">
              <dt className="shrink-0 text-ink-muted sm:w-28">{t("remedy")}</dt>
              <dd className="min-w-0">{remedy}</dd>
            </div>
          )}
          <AlertFiles alert={alert} />
        </dl>
        {!over && (
          <div className="mt-3.5 flex flex-wrap items-center gap-2 sm:ml-8">
            <SuspiciousActions alert={alert} />
            {page.path !== "/admin/alerts" && (
              <Link href={page.path} className={buttonClass({ variant: "primary", size: "sm" })}>
                {page.label}
              </Link>
            )}
            <AlertActions alert={alert} />
          </div>
        )}
      </article>
    </li>
  );
}
