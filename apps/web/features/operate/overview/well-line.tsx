"use client";

import { CircleAlert, CircleCheck, CircleX } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { buttonClass } from "@/components/button/button";
import { cn } from "@/lib/cn";
import { useWellness } from "./use-wellness";

const looks = {
  well: { icon: CircleCheck, className: "bg-success-soft", iconClass: "text-success" },
  attention: { icon: CircleAlert, className: "bg-warning-soft", iconClass: "text-warning" },
  broken: { icon: CircleX, className: "bg-danger-soft", iconClass: "text-danger" },
} as const;

/** One line: all is well, or what is not and where to go. */
export function WellLine() {
  const t = useTranslations("overview.well");
  const wellness = useWellness();
  if (wellness === null) return <div aria-hidden="true" className="skeleton h-16" />;
  const { state, wrong, alerts } = wellness;
  const { icon: Icon, className, iconClass } = looks[state];
  return (
    <section
      aria-label={t("label")}
      className={cn("flex flex-wrap items-start gap-x-3 gap-y-2 rounded-xl px-4 py-3.5", className)}
    >
      <Icon aria-hidden="true" className={cn("mt-0.5 size-5 shrink-0", iconClass)} />
      <div className="min-w-0 flex-1">
        <h2 className="font-semibold">{t(state, { count: wrong.length + alerts.length })}</h2>
        {state === "well" ? (
          <p className="text-[0.8125rem] text-ink-muted">{t("wellBody")}</p>
        ) : (
          <ul className="mt-0.5 text-[0.8125rem]">
            {wrong.map(({ id, sentence }) => (
              <li key={id}>{sentence}</li>
            ))}
            {alerts.map(({ id, title }) => (
              <li key={id}>{title}</li>
            ))}
          </ul>
        )}
      </div>
      {wrong.length > 0 && <PageLink href="/admin/health" name="health" />}
      {alerts.length > 0 && <PageLink href="/admin/alerts" name="adminAlerts" />}
    </section>
  );
}

/** To a page on which something can be done. */
function PageLink({ href, name }: { href: string; name: "health" | "adminAlerts" }) {
  const t = useTranslations("nav");
  return (
    <Link href={href} className={buttonClass({ size: "sm" })}>
      {t(name)}
    </Link>
  );
}
