"use client";

import type { HealthCheck } from "@holdfast/contract";
import { useTranslations } from "next-intl";
import { cn } from "@/lib/cn";
import { ActionButton } from "./action-button";
import { looks } from "./states";

/** What is not as it should be: what was found, what to do, and the button where one is safe. */
export function Finding({ check }: { check: HealthCheck }) {
  const t = useTranslations("health");
  const { icon: Icon, text, edge } = looks[check.state];
  return (
    <li className={cn("flex flex-col gap-3 rounded-xl border p-4 sm:flex-row sm:items-center", edge)}>
      <Icon aria-hidden="true" className={cn("hidden size-5 shrink-0 self-start sm:block", text)} />
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-center gap-x-2 text-[0.8125rem] text-ink-muted">
          <span className={cn("font-semibold", text)}>{t(`state.${check.state}`)}</span>
          <span aria-hidden="true">·</span>
          <span>{t.has(`names.${check.id}`) ? t(`names.${check.id}`) : check.id}</span>
        </p>
        <p className="break-words font-medium">{check.sentence}</p>
        {check.remedy && <p className="mt-0.5 break-words text-ink-muted">{check.remedy}</p>}
      </div>
      {check.action && <ActionButton action={check.action} />}
    </li>
  );
}
