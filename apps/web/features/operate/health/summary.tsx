"use client";

import type { HealthCheck, HealthState } from "@holdfast/contract";
import { useTranslations } from "next-intl";
import { cn } from "@/lib/cn";
import { looks } from "./states";

type Health = { state: HealthState; checkedAt: string; checks: HealthCheck[] };

/** One glance: a tick, or how many things need somebody. */
export function Summary({ health }: { health: Health }) {
  const t = useTranslations("health");
  const count = (state: HealthState) => health.checks.filter((check) => check.state === state).length;
  const state = health.state === "notice" ? "ok" : health.state;
  const { icon: Icon, text, soft } = looks[state];
  const parts = (["problem", "warning", "notice"] as const)
    .filter((each) => count(each) > 0)
    .map((each) => t(`count.${each}`, { count: count(each) }));
  return (
    <section className="flex items-center gap-4">
      <span className={cn("grid size-14 shrink-0 place-items-center rounded-2xl", soft, text)}>
        <Icon aria-hidden="true" className="size-7" />
      </span>
      <div className="min-w-0">
        <h2 className="font-semibold text-xl leading-7">{t(`summary.${state}`)}</h2>
        <p className="text-ink-muted">{[t("checks", { count: health.checks.length }), ...parts].join(" · ")}</p>
      </div>
    </section>
  );
}
