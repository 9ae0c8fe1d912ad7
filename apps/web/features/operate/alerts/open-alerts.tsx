"use client";

import Link from "next/link";
import { useTranslations } from "next-intl";
import { Time } from "@/components/text/time";
import { useOpenAlerts } from "./queries";
import { SeverityIcon } from "./severity";

/** The newest alerts that are open, for the panel of the bell; nothing where there are none. */
export function OpenAlerts({ onLeave }: { onLeave: () => void }) {
  const t = useTranslations("operateAlerts.bell");
  const { data } = useOpenAlerts();
  if (!data?.items.length) return null;
  return (
    <section aria-label={t("title")} className="mb-2 border-b pb-2">
      <div className="flex min-h-8 items-center gap-2 px-2">
        <h3 className="min-w-0 flex-1 font-medium text-ink-muted text-xs">{t("label", { count: data.open })}</h3>
        <Link
          href="/admin/alerts"
          onClick={onLeave}
          className="rounded text-accent-text text-xs underline underline-offset-2 hover:no-underline"
        >
          {t("all")}
        </Link>
      </div>
      <ul>
        {data.items.map((alert) => (
          <li key={alert.id}>
            <Link
              href="/admin/alerts"
              onClick={onLeave}
              className="flex gap-3 rounded-lg px-2 py-2 text-sm hover:bg-hover"
            >
              <span className="grid size-8 shrink-0 place-items-center">
                <SeverityIcon severity={alert.severity} />
              </span>
              <span className="min-w-0 flex-1">
                <span className="line-clamp-3 break-words">{alert.title}</span>
                <span className="block text-ink-muted text-xs">
                  <Time at={alert.firstSeenAt} />
                </span>
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}
